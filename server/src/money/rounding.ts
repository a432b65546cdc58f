/**
 * What happens to a fraction of a unit. `down` drops it (towards zero), `up` makes it a whole unit
 * (away from zero), `floor` and `ceil` go to the lesser and the greater neighbour. The `half_`
 * modes go to the nearer neighbour, and from the middle away from zero (`half_up`) or to the even
 * one (`half_even`).
 */
export type RoundingMode = 'down' | 'up' | 'floor' | 'ceil' | 'half_up' | 'half_even'

/** A rounded quotient and what it left: `numerator === quotient * denominator + remainder`. */
export type Division = Readonly<{ quotient: bigint; remainder: bigint }>

/** A part or a multiple of something: `numerator / denominator`, the denominator not zero. */
export type Fraction = Readonly<{ numerator: bigint; denominator: bigint }>

/** `value * numerator / denominator` in whole units; only the end result is rounded. */
export const mulDiv = (
  value: bigint,
  { numerator, denominator }: Fraction,
  mode: RoundingMode,
): bigint => divide(value * numerator, denominator, mode).quotient

/**
 * Divides, and says what rounding left over, so that it can be posted on purpose.
 *
 * @param denominator not zero; the remainder may be negative where the quotient was rounded up
 */
export function divide(numerator: bigint, denominator: bigint, mode: RoundingMode): Division {
  if (denominator === 0n) throw new RangeError('division by zero')
  const truncated = numerator / denominator
  const rest = numerator % denominator
  if (rest === 0n) return { quotient: truncated, remainder: 0n }
  const step = rest < 0n === denominator < 0n ? 1n : -1n
  const quotient = goesOutwards({ truncated, half: compareToHalf(rest, denominator), step }, mode)
    ? truncated + step
    : truncated
  return { quotient, remainder: numerator - quotient * denominator }
}

/**
 * Shares `total` in proportion to `weights` with nothing lost: each part is its exact share rounded
 * down, and the units left over go one by one to those that lost most, the earlier first.
 *
 * @param total   0 or more
 * @param weights 0 or more each, at least one above 0
 */
export function allocate(total: bigint, weights: readonly bigint[]): readonly bigint[] {
  const sum = weights.reduce((all, weight) => all + weight, 0n)
  if (total < 0n || sum <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('allocate needs a total of 0 or more and weights with a sum above 0')
  }
  const shares = weights.map((weight) => divide(total * weight, sum, 'down'))
  const left = total - shares.reduce((all, share) => all + share.quotient, 0n)
  // Sorting keeps the order of equals, so the earlier of them comes first.
  const neediest = shares
    .map(({ remainder }, index) => ({ remainder, index }))
    .sort((a, b) => compare(b.remainder, a.remainder))
    .filter((_, rank) => BigInt(rank) < left)
  const extra = new Set(neediest.map(({ index }) => index))
  return shares.map(({ quotient }, index) => (extra.has(index) ? quotient + 1n : quotient))
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value)

// Below, at or above the middle between two neighbours: -1, 0, 1.
function compareToHalf(rest: bigint, denominator: bigint): number {
  const twice = absolute(rest) * 2n
  const whole = absolute(denominator)
  return compare(twice, whole)
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

type Inexact = Readonly<{ truncated: bigint; half: number; step: bigint }>

function goesOutwards({ truncated, half, step }: Inexact, mode: RoundingMode): boolean {
  switch (mode) {
    case 'down':
      return false
    case 'up':
      return true
    case 'floor':
      return step < 0n
    case 'ceil':
      return step > 0n
    case 'half_up':
      return half >= 0
    case 'half_even':
      return half > 0 || (half === 0 && truncated % 2n !== 0n)
  }
}
