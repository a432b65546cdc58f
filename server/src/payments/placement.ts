import { units as asUnits } from '../money/units.ts'
import {
  isEnough,
  kindOf,
  optionOf,
  shareCovered,
  type Facts,
  type Part,
  type Place,
  type Terms,
} from './payment.ts'
import { beyondWhole, unitsOfShare } from './share.ts'

/**
 * Says where the coins of a part that just became final belong.
 *
 * What counts goes to the merchant once the payment is paid, and waits in `exceptions.short` as
 * long as it is too little; what is more than the price is separated into `exceptions.long`, its
 * fraction of a unit left with the merchant. What does not count waits in its own account.
 *
 * @param facts  the payment's facts with `part` among them, its `place` not set yet
 */
export function placeFinal(terms: Terms, facts: Facts, part: Part): Place {
  const kind = kindOf(terms, facts, part)
  if (kind !== 'part') return held(part, `exceptions.${kind}`)
  const earlier = facts.parts.filter((one) => one.place !== undefined)
  const counting = [...earlier, part]
  if (!isEnough(terms, facts, counting)) {
    return held(part, 'exceptions.short')
  }
  const excess = excessOf(terms, facts, { part, counting })
  return {
    available: asUnits(part.units - excess),
    held: asUnits(excess),
    heldIn: excess > 0n ? 'exceptions.long' : undefined,
  }
}

const held = (part: Pick<Part, 'units'>, heldIn: NonNullable<Place['heldIn']>): Place => ({
  available: asUnits(0n),
  held: part.units,
  heldIn,
})

function excessOf(
  terms: Terms,
  facts: Facts,
  { part, counting }: Readonly<{ part: Part; counting: readonly Part[] }>,
): bigint {
  const option = optionOf(terms, part.asset)
  if (option === undefined) return 0n
  const beyond = unitsOfShare(beyondWhole(shareCovered(terms, facts, counting)), option.due)
  return beyond < part.units ? beyond : part.units
}
