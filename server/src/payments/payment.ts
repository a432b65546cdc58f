import type { Level } from '../chains/contract.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'
import { kindOfPlace } from './exception.ts'
import {
  addShares,
  covers,
  NO_SHARE,
  shareOf,
  unitsOfShare,
  WHOLE_SHARE,
  type Share,
} from './share.ts'

/** How long a payer's claim ("I have paid") is watched before the payment counts as failed. */
export const CLAIM_WATCH_MS = 24 * 60 * 60 * 1_000

/** The contract under which one and the same payment was asked for. */
export type Face = 'checkout' | 'invoice' | 'payment'

/** Where a payment stands. `confirming`: enough was seen; `confirmed`: enough is final. */
export type Status = 'awaiting' | 'confirming' | 'confirmed' | 'expired' | 'failed'

/** What is out of order with a payment and still waits for the payer or for a decision. */
export type PaymentException =
  'none' | 'underpaid' | 'overpaid' | 'late' | 'wrong_asset' | 'reverted'

/** One way to pay: `due` units (> 0) are the price, `tolerated` (< due) may be missing of them. */
export type Option = Readonly<{ asset: AssetId; due: Units; tolerated: Units }>

/** What was agreed when the payment was made; it never changes. */
export type Terms = Readonly<{ options: readonly Option[]; expiresAt: Instant }>

/** Where the held coins of a final part lie: an account of an exception, or where a verb put them. */
export type HeldIn =
  | 'exceptions.short'
  | 'exceptions.long'
  | 'exceptions.late'
  | 'exceptions.foreign'
  | 'exceptions.unmatched'
  | 'exceptions.ignored'
  | 'refunds.payable'
  | 'customer.wallet'
  | 'merchant.available'

/**
 * Where the coins of a final part lie: `available` count for this payment and are the merchant's,
 * `held` lie in `heldIn` and (but for `exceptions.short`) do not count. Together they are the part.
 */
export type Place = Readonly<{ available: Units; held: Units; heldIn: HeldIn | undefined }>

/** One deposit to an address of the payment. */
export type Part = Readonly<{
  depositId: string
  asset: AssetId
  units: Units
  level: Level | 'reverted'
  /** Whether it ever was in a block: what only waited in a mempool may vanish without a word. */
  mined: boolean
  seenAt: Instant
  /** Set exactly while it is final. */
  place: Place | undefined
  /** A fork took it back after it was final; open until somebody decided, or it came again. */
  loss: 'open' | 'closed' | undefined
}>

/** The terms of an address that no payment waits at: nothing was asked, so nothing fits. */
export const NOBODY: Terms = { options: [], expiresAt: 0 }

/** All that happened to a payment so far, in any order. */
export type Facts = Readonly<{
  parts: readonly Part[]
  /** When the payer first said that it was sent. */
  claimedAt: Instant | undefined
  /** `accepted`: enough by decision; `declined`: what had come was sent elsewhere by decision. */
  ruling: 'accepted' | 'declined' | undefined
}>

/** What a deposit is to its payment. `part`: it counts. */
export type PartKind = 'part' | 'late' | 'foreign' | 'unmatched'

/** What the facts amount to. */
export type Standing = Readonly<{
  status: Status
  exception: PaymentException
  /** When time alone may change the standing; absent when it cannot. */
  dueAt: Instant | undefined
  /** The time is over and what came is too little: somebody has to decide. */
  isShort: boolean
}>

/**
 * Judges a payment by its facts alone, so it does not matter in which order or how often they were
 * told. A deposit that was seen before `expiresAt` counts at the quoted rate however late it
 * becomes final: being seen stops the clock.
 */
export function judge(terms: Terms, facts: Facts, now: Instant): Standing {
  const status = statusOf(terms, facts, now)
  const isOver = now >= terms.expiresAt && (status === 'expired' || status === 'failed')
  return {
    status,
    exception: exceptionOf(terms, facts),
    dueAt: dueAt(terms, facts, { status, now }),
    isShort: isOver && facts.parts.some((part) => part.place?.heldIn === 'exceptions.short'),
  }
}

/** What a deposit is to its payment: by where it was put once final, before that by its facts. */
export function kindOf(terms: Terms, facts: Facts, part: Part): PartKind {
  const waiting = kindOfPlace(part.place?.heldIn)
  if (waiting === 'late' || waiting === 'foreign' || waiting === 'unmatched') return waiting
  if (part.place !== undefined) return 'part'
  if (terms.options.length === 0) return 'unmatched'
  if (optionOf(terms, part.asset) === undefined) return 'foreign'
  if (part.seenAt < terms.expiresAt && facts.ruling !== 'declined') return 'part'
  return isPaid(terms, facts) ? 'unmatched' : 'late'
}

/** Whether enough is final, or was declared to be enough. */
export const isPaid = (terms: Terms, facts: Facts): boolean =>
  isEnough(terms, facts, facts.parts.filter(isFinal))

/** The share of the price that these parts cover; with `facts.parts`, all that was seen. */
export function shareCovered(terms: Terms, facts: Facts, parts: readonly Part[]): Share {
  return terms.options.reduce((sum, option) => {
    const paid = coveredIn(option.asset, { terms, facts, parts })
    return paid === 0n ? sum : addShares(sum, shareOf(paid, option.due))
  }, NO_SHARE)
}

/** Whether these parts are enough, a tolerated rest aside. */
export function isEnough(terms: Terms, facts: Facts, parts: readonly Part[]): boolean {
  if (facts.ruling === 'accepted') return true
  const share = shareCovered(terms, facts, parts)
  if (covers(share, WHOLE_SHARE)) return true
  // The rest is judged in each asset that was used: its tolerance was quoted in its own units.
  return terms.options.some(
    ({ asset, due, tolerated }) =>
      coveredIn(asset, { terms, facts, parts }) > 0n &&
      covers(share, shareOf(due - tolerated, due)),
  )
}

/** The way to pay that takes this asset. */
export const optionOf = (terms: Terms, asset: AssetId): Option | undefined =>
  terms.options.find((option) => option.asset === asset)

/**
 * The asset in which the most came, and all that came for this payment expressed in it, excess
 * included. Coins that wait for a decision, or were sent elsewhere by one, are not among them.
 */
export function received(
  terms: Terms,
  facts: Facts,
): Readonly<{ option: Option; units: Units }> | undefined {
  const shares = terms.options
    .map((option) => ({ option, share: shareOf(receivedIn(terms, facts, option), option.due) }))
    .filter(({ share }) => share.paid > 0n)
  const [first, ...rest] = shares
  if (first === undefined) return undefined
  const { option } = rest.reduce((most, one) => (covers(most.share, one.share) ? most : one), first)
  const all = shares.reduce((sum, { share }) => addShares(sum, share), NO_SHARE)
  return { option, units: unitsOfShare(all, option.due) }
}

/** What came for this payment in the asset of one option, excess included. */
export const receivedIn = (terms: Terms, facts: Facts, { asset }: Option): Units =>
  units(
    facts.parts.reduce(
      (sum, part) => (part.asset === asset ? sum + receivedUnits(terms, facts, part) : sum),
      0n,
    ),
  )

function statusOf(terms: Terms, facts: Facts, now: Instant): Status {
  if (isPaid(terms, facts)) return 'confirmed'
  if (isEnough(terms, facts, facts.parts)) return 'confirming'
  if (now < terms.expiresAt) return 'awaiting'
  if (facts.claimedAt === undefined || somethingCame(facts)) return 'expired'
  if (now >= facts.claimedAt + CLAIM_WATCH_MS) return 'failed'
  // A claim in time keeps the payment waiting; one that came after the end does not reopen it.
  return facts.claimedAt < terms.expiresAt ? 'awaiting' : 'expired'
}

function exceptionOf(terms: Terms, facts: Facts): PaymentException {
  const { parts } = facts
  const enough = isEnough(terms, facts, parts)
  const isGone = (part: Part): boolean => part.level === 'reverted' && part.mined && !part.loss
  if (parts.some((part) => part.loss === 'open')) return 'reverted'
  if (!enough && parts.some(isGone)) return 'reverted'
  const share = shareCovered(terms, facts, parts)
  if (!enough && share.paid > 0n) return 'underpaid'
  const kinds = parts.filter(isLive).map((part) => kindOf(terms, facts, part))
  if (kinds.includes('late')) return 'late'
  if (kinds.includes('foreign')) return 'wrong_asset'
  if (parts.some(isExcess) || kinds.includes('unmatched')) return 'overpaid'
  // What is final was split already, and its excess decided on; what is on its way was not.
  return share.paid > share.of && parts.some(isOnItsWay) ? 'overpaid' : 'none'
}

function dueAt(
  terms: Terms,
  facts: Facts,
  at: Readonly<{ status: Status; now: Instant }>,
): Instant | undefined {
  if (at.status !== 'awaiting' && at.status !== 'expired') return undefined
  const watchEnd = facts.claimedAt === undefined ? undefined : facts.claimedAt + CLAIM_WATCH_MS
  return [terms.expiresAt, ...(watchEnd === undefined ? [] : [watchEnd])]
    .filter((instant) => instant > at.now)
    .sort((a, b) => a - b)[0]
}

const isLive = (part: Part): boolean => part.level !== 'reverted'
const isFinal = (part: Part): boolean => part.place !== undefined
const isOnItsWay = (part: Part): boolean => isLive(part) && !isFinal(part)
const isExcess = (part: Part): boolean => part.place?.heldIn === 'exceptions.long'
const somethingCame = (facts: Facts): boolean => facts.parts.some(isLive)

type Covering = Readonly<{ terms: Terms; facts: Facts; parts: readonly Part[] }>

const coveredIn = (asset: AssetId, { terms, facts, parts }: Covering): bigint =>
  parts.reduce(
    (sum, part) => (part.asset === asset ? sum + countedUnits(terms, facts, part) : sum),
    0n,
  )

// What of a part counts. A final part was split when it was put somewhere; before that it counts
// whole or not at all. (`kindOf` is not asked: it asks this for what is already paid.)
function countedUnits(terms: Terms, facts: Facts, part: Part): bigint {
  const { level, place, seenAt } = part
  if (place !== undefined) {
    return place.heldIn === 'exceptions.short' ? place.available + place.held : place.available
  }
  if (level === 'reverted') return 0n
  return seenAt < terms.expiresAt && facts.ruling !== 'declined' ? part.units : 0n
}

function receivedUnits(terms: Terms, facts: Facts, part: Part): bigint {
  const { place } = part
  if (place === undefined) return countedUnits(terms, facts, part)
  const waits = place.heldIn === 'exceptions.short' || place.heldIn === 'exceptions.long'
  return place.available > 0n || waits ? part.units : 0n
}
