import { mulDiv } from '../money/rounding.ts'
import { units, type Units } from '../money/units.ts'

/**
 * How much of a price some coins cover, as an exact fraction `paid / of`; 1 is all of it. Coins of
 * different assets add up as shares, each judged by what was asked in its own asset.
 */
export type Share = Readonly<{ paid: bigint; of: bigint }>

/** Nothing of the price. */
export const NO_SHARE: Share = { paid: 0n, of: 1n }

/** All of the price. */
export const WHOLE_SHARE: Share = { paid: 1n, of: 1n }

/** What `paid` units cover where `due` units (> 0) are the whole price. */
export const shareOf = (paid: bigint, due: bigint): Share => ({ paid, of: due })

/** The sum of two shares, exactly. */
export function addShares(a: Share, b: Share): Share {
  if (a.of === b.of) return { paid: a.paid + b.paid, of: a.of }
  return { paid: a.paid * b.of + b.paid * a.of, of: a.of * b.of }
}

/** Whether `a` is at least `b`. */
export const covers = (a: Share, b: Share): boolean => a.paid * b.of >= b.paid * a.of

/** What a share is in an asset of which `due` units are the whole price; a fraction is dropped. */
export const unitsOfShare = (share: Share, due: Units): Units =>
  units(mulDiv(share.paid, { numerator: due, denominator: share.of }, 'down'))

/** What of a share is more than the whole price; nothing when it is not. */
export const beyondWhole = (share: Share): Share =>
  share.paid > share.of ? { paid: share.paid - share.of, of: share.of } : NO_SHARE
