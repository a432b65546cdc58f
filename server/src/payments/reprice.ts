import { units as asUnits } from '../money/units.ts'
import {
  optionOf,
  shareCovered,
  type Facts,
  type Option,
  type Part,
  type Place,
  type Terms,
} from './payment.ts'
import {
  addShares,
  beyondWhole,
  covers,
  shareOf,
  unitsOfShare,
  WHOLE_SHARE,
  type Share,
} from './share.ts'

/** What an exception's coins are worth today: enough, with places for them, or still too little. */
export type Repriced =
  | Readonly<{ kind: 'enough'; places: ReadonlyMap<string, Place> }>
  | Readonly<{ kind: 'too_little'; share: Share }>

/**
 * Judges what was received at today's rates: the coins of the exception by `today`, everything else
 * that is final as it was quoted. What is too much is separated from the last coins first.
 *
 * @param today  one option per asset of the exception: the whole price in it at today's rate
 */
export function reprice(
  terms: Terms,
  facts: Facts,
  item: Readonly<{ parts: readonly Part[]; today: readonly Option[] }>,
): Repriced {
  const now: Terms = { ...terms, options: item.today }
  const others = facts.parts.filter(
    (part) => part.place !== undefined && !item.parts.includes(part),
  )
  const share = item.parts.reduce(
    (sum, part) => {
      const option = optionOf(now, part.asset)
      return option === undefined ? sum : addShares(sum, shareOf(heldUnits(part), option.due))
    },
    shareCovered(terms, facts, others),
  )
  const isEnough =
    covers(share, WHOLE_SHARE) ||
    item.today.some(({ due, tolerated }) => covers(share, shareOf(due - tolerated, due)))
  if (!isEnough) return { kind: 'too_little', share }
  return { kind: 'enough', places: split(now, item.parts, beyondWhole(share)) }
}

function split(now: Terms, parts: readonly Part[], beyond: Share): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  let left = beyond
  for (const part of [...parts].reverse()) {
    const option = optionOf(now, part.asset)
    const wanted = option === undefined ? 0n : unitsOfShare(left, option.due)
    const excess = wanted < heldUnits(part) ? wanted : heldUnits(part)
    if (option !== undefined) left = addShares(left, shareOf(-excess, option.due))
    places.set(part.depositId, {
      available: asUnits(part.units - excess),
      held: asUnits(excess),
      heldIn: excess > 0n ? 'exceptions.long' : undefined,
    })
  }
  return places
}

const heldUnits = (part: Part): bigint => part.place?.held ?? 0n
