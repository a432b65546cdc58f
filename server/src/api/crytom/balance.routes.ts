import { z } from 'zod'
import { chartBalances, type ChartBalance } from '../../ledger/read-balances.action.ts'
import { exactNumberSchema } from '../../money/amount-schema.ts'
import { formatUnits } from '../../money/amount.ts'
import { exactNumber } from '../../money/json-number.ts'
import { knownAsset, type Asset } from '../../money/registry.ts'
import { units, type Units } from '../../money/units.ts'
import { centsOf, dollarText } from '../../rates/dollars.ts'
import type { Price } from '../../rates/price.ts'
import type { Book } from '../../shell/book.ts'
import type { ApiCtx } from '../context.ts'
import { route } from '../route.ts'

const amount = (description: string) => z.string().meta({ description, examples: ['1250.5'] })

const Balance = z.strictObject({
  currency: z.string().meta({ examples: ['USDT'] }),
  network: z.string().meta({ examples: ['BSC'] }),
  asset: z.string().meta({ description: 'CAIP-19.' }),
  available: amount('What you may spend now.'),
  pending: amount('Seen on chain and not final yet.'),
  reserved: amount('Set aside for payouts on their way.'),
  balance_usd: exactNumberSchema
    .nullable()
    .meta({ description: '`available` in US dollars; null without a price.', examples: [1250.5] }),
})

type Sums = Readonly<{ available: Units; pending: Units; reserved: Units }>

/** `GET /v1/balance` */
export const readBalance = route({
  method: 'GET',
  path: '/v1/balance',
  summary: 'Read your balance',
  description: 'One entry for each currency and network on which anything was ever booked.',
  tag: 'Balance',
  reply: { 200: z.array(Balance) },
  handle: async (ctx, { principal }) => ({
    status: 200,
    data: await balancesOf(ctx, principal.book),
  }),
})

async function balancesOf(
  ctx: Pick<ApiCtx, 'db' | 'rates'>,
  book: Book,
): Promise<z.output<typeof Balance>[]> {
  const rows = await chartBalances(ctx.db, book.bookId)
  const held = [...Map.groupBy(rows, (row) => row.asset)]
    .map(([id, ofAsset]) => ({ asset: knownAsset(id), sums: sumsOf(ofAsset) }))
    .sort((a, b) => (a.asset.code < b.asset.code ? -1 : 1))
  const prices = await ctx.rates.pricesUsd(
    book,
    held.map(({ asset }) => asset.id),
  )
  return held.map(({ asset, sums }) => balanceOf(asset, sums, prices.get(asset.id)))
}

function sumsOf(rows: readonly ChartBalance[]): Sums {
  const merchant = rows.find((row) => row.purpose === 'merchant.available')
  const postedOf = (purpose: string): bigint =>
    rows.find((row) => row.purpose === purpose)?.posted ?? 0n
  return {
    available: units(merchant?.available ?? 0n),
    pending: units(postedOf('deposits.pending')),
    reserved: units((merchant?.pendingOut ?? 0n) + postedOf('payouts.in_flight')),
  }
}

function balanceOf(asset: Asset, sums: Sums, price: Price | undefined): z.output<typeof Balance> {
  const { decimals } = asset
  return {
    currency: asset.currency,
    network: asset.network,
    asset: asset.id,
    available: formatUnits(sums.available, decimals),
    pending: formatUnits(sums.pending, decimals),
    reserved: formatUnits(sums.reserved, decimals),
    balance_usd: price === undefined ? null : dollars(sums.available, decimals, price),
  }
}

/** In whole cents, rounded down. */
const dollars = (value: Units, decimals: number, price: Price): ReturnType<typeof exactNumber> =>
  exactNumber(dollarText(centsOf(value, decimals, price)))
