import { USDT, type Example, type ExampleOf } from './example.ts'

/** When deposits of an asset are credited, as its event tells it. */
export const confirmationsExample: ExampleOf = () => ({
  objectId: `settings:confirmations:${USDT.asset}`,
  object: { ...USDT, confirmed_below: '100', safe_below: '1000' },
})

/** What is taken for payouts, as its event tells it. */
export const payoutFeesExample = (): Example => ({
  objectId: 'settings:payout_fees',
  object: { fixed_usd: '0.5', parts_per_million: 2500, minimum_usd: '5' },
})

/** What is kept of conversions, as its event tells it. */
export const spreadExample = (): Example => ({
  objectId: 'settings:conversions',
  object: { spread_ppm: 2500 },
})
