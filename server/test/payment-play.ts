import { account } from '../src/ledger/chart.ts'
import { requirePosted } from '../src/ledger/result.ts'
import { resolveAsset } from '../src/money/alias.ts'
import { parseRate } from '../src/money/rate.ts'
import { units } from '../src/money/units.ts'
import { setSandboxPrice } from '../src/rates/set-sandbox-price.action.ts'
import { inDbTx } from '../src/shell/db.ts'
import { dataOf, listOf, refusalOf, type View } from './payment-view.ts'
import type { PaymentWorld } from './payment-world.ts'

/** Units of whole USDT or USDC on BNB Chain. */
export const dollars = (whole: number): bigint => BigInt(whole) * 10n ** 18n

/** Opens a checkout session over 100 US dollars, payable in USDT and USDC on BNB Chain. */
export const openSession = (world: PaymentWorld, more: object = {}): Promise<View> =>
  dataOf(world.call, '/v1/checkout/sessions', {
    amount: '100',
    currency: 'USD',
    product_name: 'A plan',
    accepted_assets: ['USDT_BSC', 'USDC_BSC'],
    customer_id: 'user_1',
    metadata: { order_id: 'ORD-1' },
    ...more,
  })

/** Where a session is paid in this currency. */
export const addressOf = (session: View, currency: string): string =>
  session.payment_details.find((one) => one.currency === currency)?.address ?? ''

/** Pays a session, and has the chains looked at. @returns the transaction's hash */
export async function pay(
  world: PaymentWorld,
  session: View,
  { amount, currency = 'USDT_BSC' }: Readonly<{ amount: string; currency?: string }>,
): Promise<string> {
  const txHash = await world.send({ to: addressOf(session, currency), currency, amount })
  await world.settle()
  return txHash
}

/** A session as it is now. */
export const readSession = (world: PaymentWorld, { id }: View): Promise<View> =>
  dataOf(world.call, `/v1/checkout/sessions/${id}`)

/** A session's status and exception. */
export async function standing(world: PaymentWorld, session: View): Promise<string> {
  const { status, exception } = await readSession(world, session)
  return `${status}/${exception}`
}

/** The exceptions that wait for a decision. */
export const openCases = (world: PaymentWorld): Promise<readonly View[]> =>
  listOf(world.call, '/v1/exceptions?status=open')

/** Moves coins of the merchant out of reach, as a conversion would. */
export async function spend(world: PaymentWorld, whole: number): Promise<void> {
  const asset = resolveAsset({ currency: 'USDT_BSC' }).id
  const entry = {
    operation: 'testSpending',
    externalId: 'test:spending',
    facts: {},
    transfers: [
      {
        debit: account('merchant.available', asset),
        credit: account('liquidity', asset),
        asset,
        units: units(dollars(whole)),
      },
    ],
  }
  requirePosted(entry.externalId, await world.ctx.ledger.post(world.book.bookId, entry))
}

/** Sets a price in US dollars in the world's sandbox, or takes it away. */
export const setPrice = (world: PaymentWorld, currency: string, usd: string | null) =>
  inDbTx(world.ctx, (dbTx) =>
    setSandboxPrice(world.ctx, dbTx, {
      book: world.book,
      currency,
      usd: usd === null ? null : parseRate(usd),
    }),
  )

/** Applies a verb to an exception; it must succeed. */
export const applyTo = (
  world: PaymentWorld,
  one: View | undefined,
  verb: string,
  body: object = {},
): Promise<View> => dataOf(world.call, `/v1/exceptions/${one?.id}/${verb}`, body)

/** Applies a verb to an exception; it must be refused. @returns status and code */
export const refusedBy = (
  world: PaymentWorld,
  one: View | undefined,
  verb: string,
  body: object = {},
) => refusalOf(world.call, `/v1/exceptions/${one?.id}/${verb}`, body)

/** The open exception of a payment with this kind. */
export const caseOf = async (
  world: PaymentWorld,
  session: View,
  kind: string,
): Promise<View | undefined> =>
  (await openCases(world)).find((one) => one.payment_id === session.id && one.kind === kind)
