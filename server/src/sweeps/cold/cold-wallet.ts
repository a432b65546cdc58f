import type { AssetId, Units } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'

/** Where coins go, and how many stay in the treasury. */
export type ColdTerms = Readonly<{ address: string; keep: Units }>

/** The cold wallet of an asset, as it was settled. Times are the book's. */
export type ColdWallet = Readonly<{
  /** `cw_…` */
  walletId: string
  bookId: BookId
  asset: AssetId
  inForce: ColdTerms | undefined
  /** What takes its place, and from when on. */
  next: Readonly<{ terms: ColdTerms; at: Instant }> | undefined
}>

/**
 * How long every change waits, the first one too: whoever got hold of a key of the API cannot have
 * the treasury sent to himself before its owner can have noticed.
 */
export const CHANGE_DELAY_MS = 24 * 60 * 60_000

/** How it stands at a time: what was to take effect by then has. */
export function asOf(wallet: ColdWallet, now: Instant): ColdWallet {
  const { next } = wallet
  if (next === undefined || now < next.at) return wallet
  return { ...wallet, inForce: next.terms, next: undefined }
}

/**
 * A wallet with other terms, which wait. The same again waits no longer than it did, and what is in
 * force already stays so at once, without what was to take its place.
 *
 * @param wallet as of now
 */
export function withTerms(wallet: ColdWallet, terms: ColdTerms, now: Instant): ColdWallet {
  if (isSame(wallet.inForce, terms)) return { ...wallet, next: undefined }
  if (isSame(wallet.next?.terms, terms)) return wallet
  return { ...wallet, next: { terms, at: now + CHANGE_DELAY_MS } }
}

/** Whether two terms say the same. */
export const isSame = (one: ColdTerms | undefined, other: ColdTerms): boolean =>
  one?.address === other.address && one.keep === other.keep
