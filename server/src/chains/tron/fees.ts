import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import { priceFacts } from './facts.ts'

/** What the network charges now, in sun. */
export type Prices = Readonly<{
  byteSun: bigint
  energySun: bigint
  accountSun: bigint
  accountBandwidthSun: bigint
  feeLimitMaxSun: bigint
}>

/** What a sender may use without paying for it. */
export type Resources = Readonly<{
  /** What everybody has free each day; not for new accounts. */
  freeBandwidth: bigint
  stakedBandwidth: bigint
  energy: bigint
}>

/** What a transaction needs. */
export type Needs = Readonly<{
  /** Bytes, the result's among them. */
  bandwidth: bigint
  energy: bigint
  /** It is the first to pay its recipient coins. */
  newAccount: boolean
}>

/** What a transaction costs that needs this, in sun: no resource is used in part. */
export function feeOf(needs: Needs, prices: Prices, has: Resources): bigint {
  const isStaked = has.stakedBandwidth >= needs.bandwidth
  const unpaidEnergy = needs.energy > has.energy ? needs.energy - has.energy : 0n
  const forEnergy = unpaidEnergy * prices.energySun
  if (needs.newAccount) {
    return forEnergy + prices.accountSun + (isStaked ? 0n : prices.accountBandwidthSun)
  }
  const isFree = isStaked || has.freeBandwidth >= needs.bandwidth
  return forEnergy + (isFree ? 0n : needs.bandwidth * prices.byteSun)
}

/**
 * The limit for energy that is signed: half as much again as the call needs now, since a payee
 * without a balance makes it dearer, but within what the whole fee may be. What is staked counts
 * too.
 *
 * @returns never less than the call needs now: then the fee is above its limit, and not built
 */
export function feeLimitOf(
  needs: Pick<Needs, 'energy' | 'bandwidth'>,
  prices: Prices,
  feeMax: bigint,
): bigint {
  const needed = needs.energy * prices.energySun
  const room = feeMax - needs.bandwidth * priceFacts.byteSun
  const wanted = smaller((needed * 3n) / 2n, prices.feeLimitMaxSun)
  const limit = smaller(wanted, room)
  return limit > needed ? limit : needed
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/**
 * The signer knows no prices but those of `priceFacts`: above them it would be shown a bound that
 * is none.
 *
 * @throws chain.payment_not_possible
 */
export function mustBeKnown(chain: ChainId, prices: Prices): void {
  const isKnown =
    prices.byteSun <= priceFacts.byteSun &&
    prices.accountSun <= priceFacts.accountSun &&
    prices.accountBandwidthSun <= priceFacts.accountBandwidthSun
  if (isKnown) return
  const problem = 'the network charges more for bytes or new accounts than this version knows'
  throw new AppError('chain.payment_not_possible', { chain, problem })
}
