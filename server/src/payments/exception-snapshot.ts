import { readJson, writeJson } from '../money/json.ts'
import type { Units } from '../money/units.ts'
import type { ExceptionCase } from './exception-case.ts'
import { VERBS_OF } from './exception.ts'
import type { KnownDeposit, Payment, QuotedOption } from './payment-record.ts'
import type { Refund } from './refund.ts'
import { coins, metadataOf, statusWord, timeText } from './snapshot.ts'

/** What a case is told with. */
export type CaseContext = Readonly<{
  payment: Payment | undefined
  /** What it is about as long as it is open; what it was about is kept in its resolution. */
  deposits: readonly KnownDeposit[]
  refunds: readonly Refund[]
}>

/** The coins of an open case as JSON text: what is kept of them when it ends. */
export const coinsText = (one: ExceptionCase, deposits: readonly KnownDeposit[]): string =>
  writeJson(deposits.map((deposit) => coinsOf(one, deposit)))

/** The prices by which coins were judged anew, as JSON text; absent where none was needed. */
export function pricesText({
  currency,
  currencyUsd,
  options,
}: Readonly<{
  currency: string
  currencyUsd: string | undefined
  options: readonly Pick<QuotedOption, 'asset' | 'assetUsd'>[]
}>): string | undefined {
  if (currencyUsd === undefined) return undefined
  const coins = options.flatMap(({ asset, assetUsd }) =>
    assetUsd === undefined ? [] : [{ asset, usd: assetUsd }],
  )
  return writeJson({ currency, currency_usd: currencyUsd, coins })
}

/** An exception as `GET /v1/exceptions/:id` answers it. */
export function exceptionSnapshot(one: ExceptionCase, context: CaseContext) {
  const { payment, deposits, refunds } = context
  const { resolution } = one
  return {
    id: one.exceptionId,
    kind: one.kind,
    status: resolution === undefined ? ('open' as const) : ('resolved' as const),
    payment_id: one.paymentId ?? null,
    payment_status: payment === undefined ? null : statusWord(payment.face, payment.status),
    customer_id: payment?.customerId ?? null,
    metadata: payment === undefined ? {} : metadataOf(payment),
    coins: readJson(resolution?.coins ?? coinsText(one, deposits)),
    verbs: resolution === undefined ? VERBS_OF[one.kind] : [],
    resolution: resolution?.by ?? null,
    prices: resolution?.prices === undefined ? null : readJson(resolution.prices),
    credited_customer_id: resolution?.customerId ?? null,
    refunds: refunds.map(refundSnapshot),
    opened_at: timeText(one.openedAt),
    resolved_at: resolution === undefined ? null : timeText(resolution.at),
  }
}

/** A refund as it is shown in its exception, and by itself. */
export const refundSnapshot = (refund: Refund) => ({
  id: refund.refundId,
  status: refund.state,
  exception_id: refund.exceptionId,
  payment_id: refund.paymentId ?? null,
  ...coins(refund.asset, refund.units),
  address: refund.address ?? null,
  payout_id: refund.payoutId ?? null,
  tx_hash: refund.txHash ?? null,
  problem: refund.problem ?? null,
  created_at: timeText(refund.createdAt),
})

function coinsOf({ kind }: ExceptionCase, { part, details }: KnownDeposit) {
  const held: Units = part.place?.held ?? part.units
  return {
    deposit_id: part.depositId,
    ...coins(part.asset, kind === 'reverted' ? part.units : held),
    address: details.address,
    tx_hash: details.txHash,
  }
}
