import { formatUnits } from '../money/amount.ts'
import { readJson, type JsonValue } from '../money/json.ts'
import { exactNumber } from '../money/json-number.ts'
import { divideRates, formatRate, parseRate } from '../money/rate.ts'
import { knownAsset } from '../money/registry.ts'
import type { ChainId, Units } from '../money/units.ts'
import type { Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import { termsOf, type KnownDeposit, type Payment, type QuotedOption } from './payment-record.ts'
import { kindOf, received, receivedIn, type Face, type Part, type Status } from './payment.ts'

/** What snapshots need beside the payment: where the server is reached, and the chains' heights. */
export type SnapshotFrame = Readonly<{
  environment: Environment
  /** Without a slash at the end. */
  publicUrl: string
  /** The newest block that is known of each chain. */
  heights: ReadonlyMap<ChainId, number>
}>

/** A payment's status as its face's contract says it. */
export const statusWord = (face: Face, status: Status): string =>
  status !== 'awaiting' ? status : face === 'payment' ? 'awaiting_payment' : 'pending'

/** RFC 3339 in UTC, whole seconds: `2026-02-25T12:00:00Z`. */
export const timeText = (instant: Instant): string =>
  `${new Date(instant).toISOString().slice(0, 19)}Z`

/** A payment as `GET /v1/payments/:id` answers it, whichever its face. */
export function paymentSnapshot(payment: Payment, frame: SnapshotFrame) {
  return {
    id: payment.paymentId,
    payment_id: payment.paymentId,
    type: FACE_TYPES[payment.face],
    amount: amountText(payment),
    ...shared(payment, frame),
    addresses: addressesOf(payment),
  }
}

/** A checkout session as `GET /v1/checkout/sessions/:id` answers it. */
export function checkoutSnapshot(payment: Payment, frame: SnapshotFrame) {
  return {
    id: payment.paymentId,
    checkout_url: hostedUrl(payment, frame),
    product_name: payment.productName ?? '',
    amount: amountText(payment),
    ...shared(payment, frame),
    claimed_at: payment.facts.claimedAt === undefined ? null : timeText(payment.facts.claimedAt),
    success_url: payment.successUrl ?? null,
    cancel_url: payment.cancelUrl ?? null,
  }
}

/** An invoice as `GET /v1/invoices/:id` answers it, but for the customer's mail address. */
export function invoiceSnapshot(payment: Payment, frame: SnapshotFrame) {
  return {
    id: payment.paymentId,
    hosted_url: hostedUrl(payment, frame),
    // The one amount that the contract shows as a number.
    amount: exactNumber(amountText(payment)),
    description: payment.description ?? null,
    ...shared(payment, frame),
    redirect_url: payment.redirectUrl ?? null,
  }
}

/** A snapshot as lists show it: without what makes a page of them long. */
export function brief<Snapshot extends ReturnType<typeof shared>>(
  snapshot: Snapshot,
): Omit<Snapshot, 'payment_details' | 'deposits' | 'callback_url'> {
  const { payment_details: _details, deposits: _deposits, callback_url: _url, ...rest } = snapshot
  return rest
}

/** What an event tells of a payment: its face's own snapshot, without personal data. */
export function eventSnapshot(payment: Payment, frame: SnapshotFrame): object {
  switch (payment.face) {
    case 'checkout':
      return {
        ...checkoutSnapshot(payment, frame),
        // The contract's sample of this event writes it so; everywhere else it is `customer_id`.
        customerId: payment.customerId ?? null,
      }
    case 'invoice':
      return invoiceSnapshot(payment, frame)
    case 'payment':
      return paymentSnapshot(payment, frame)
  }
}

/** Codes of the assets that can be paid with and their addresses: `USDT_TRC20` to `T…`. */
export const addressesOf = (payment: Payment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    payment.options.map((option) => [knownAsset(option.asset).code, option.address]),
  )

/** Currency, network and CAIP-19 id of an asset, and units of it as text. */
export function coins(assetId: QuotedOption['asset'], units: Units) {
  const asset = knownAsset(assetId)
  return {
    currency: asset.code,
    network: asset.network,
    asset: asset.id,
    amount: formatUnits(units, asset.decimals),
  }
}

/** The JSON that the merchant sent along. */
export const metadataOf = (payment: Pick<Payment, 'metadata'>): JsonValue =>
  readJson(payment.metadata)

/** How far the coins of one asset are; `pending` as long as none came. */
export function optionStatus(payment: Payment, option: QuotedOption): string {
  const came = receivedIn(termsOf(payment), payment.facts, option) > 0n
  const isOpen = payment.status === 'awaiting' || payment.status === 'confirming'
  if (!came && isOpen) return 'pending'
  if (!came && payment.status === 'confirmed') return 'expired'
  return payment.status === 'awaiting' ? 'pending' : payment.status
}

/** The newest transaction in this asset that counts; null as long as there is none. */
export function transactionOf(payment: Payment, assets: readonly string[]): string | null {
  const live = payment.facts.parts.filter(
    (part) => part.level !== 'reverted' && assets.includes(part.asset),
  )
  const counting = live.filter((part) => kindOf(termsOf(payment), payment.facts, part) === 'part')
  const newest = [...(counting.length > 0 ? counting : live)].sort((a, b) => b.seenAt - a.seenAt)[0]
  return newest === undefined ? null : (depositOf(payment, newest)?.details.txHash ?? null)
}

const FACE_TYPES = {
  checkout: 'checkout_session',
  invoice: 'invoice',
  payment: 'payment',
} as const satisfies Record<Face, string>

const amountText = ({ price }: Pick<Payment, 'price'>): string =>
  formatUnits(price.units, price.decimals)

const hostedUrl = (payment: Payment, frame: SnapshotFrame): string =>
  `${frame.publicUrl}/${payment.face === 'checkout' ? 'checkout' : 'pay'}/${payment.paymentId}`

function shared(payment: Payment, frame: SnapshotFrame) {
  const terms = termsOf(payment)
  const [only, ...others] = payment.options
  const got = received(terms, payment.facts)
  const quoted = got?.option ?? (others.length === 0 ? only : undefined)
  const { decimals } = quoted === undefined ? { decimals: 0 } : knownAsset(quoted.asset)
  const assets = payment.facts.parts.map((part) => part.asset)
  return {
    currency: payment.currency,
    status: statusWord(payment.face, payment.status),
    exception: payment.exception,
    customer_id: payment.customerId ?? null,
    metadata: metadataOf(payment),
    environment: frame.environment,
    // What was asked and what came in the asset in which most came, or the only one offered.
    asset: quoted?.asset ?? null,
    amount_due: quoted === undefined ? null : formatUnits(quoted.due, decimals),
    amount_received: got === undefined ? '0' : formatUnits(got.units, decimals),
    confirmations: leastConfirmations(payment, frame),
    tx_hash: transactionOf(payment, assets),
    payment_details: payment.options.map((option) => detailOf(payment, option)),
    deposits: [...payment.deposits.values()].map((one) => depositView(payment, one, frame)),
    callback_url: payment.callbackUrl ?? null,
    created_at: timeText(payment.createdAt),
    expires_at: timeText(payment.expiresAt),
  }
}

function detailOf(payment: Payment, option: QuotedOption) {
  const { decimals } = knownAsset(option.asset)
  const came = receivedIn(termsOf(payment), payment.facts, option)
  return {
    ...coins(option.asset, option.due),
    address: option.address,
    status: optionStatus(payment, option),
    amount_received: formatUnits(came, decimals),
    rate: rateText(payment, option),
    tx_hash: transactionOf(payment, [option.asset]),
  }
}

// What a whole one was worth in the payment's currency when it was quoted.
function rateText({ currencyUsd }: Payment, { assetUsd }: QuotedOption): string {
  if (currencyUsd === undefined || assetUsd === undefined) return '1'
  const rounding = { digits: 18, mode: 'half_even' } as const
  return formatRate(divideRates(parseRate(assetUsd), parseRate(currencyUsd), rounding))
}

function depositView(payment: Payment, deposit: KnownDeposit, frame: SnapshotFrame) {
  const { part, details } = deposit
  return {
    ...coins(part.asset, part.units),
    deposit_id: part.depositId,
    address: details.address,
    tx_hash: details.txHash,
    kind: kindOf(termsOf(payment), payment.facts, part),
    status: part.level,
    confirmations: confirmationsOf(deposit, frame),
    seen_at: timeText(part.seenAt),
  }
}

function confirmationsOf({ part, details }: KnownDeposit, frame: SnapshotFrame): number {
  const height = frame.heights.get(knownAsset(part.asset).chain)
  if (part.level === 'seen' || part.level === 'reverted') return 0
  if (details.blockHeight === undefined || height === undefined) return 1
  return Math.max(1, height - details.blockHeight + 1)
}

// The payment is as sure as the least sure coins that count for it.
function leastConfirmations(payment: Payment, frame: SnapshotFrame): number {
  const counting = [...payment.deposits.values()].filter(
    ({ part }) =>
      part.level !== 'reverted' && kindOf(termsOf(payment), payment.facts, part) === 'part',
  )
  if (counting.length === 0) return 0
  return Math.min(...counting.map((one) => confirmationsOf(one, frame)))
}

const depositOf = (payment: Payment, part: Part): KnownDeposit | undefined =>
  payment.deposits.get(part.depositId)
