import type { OwnKey } from '../../chains/contract-sending.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import { planOf } from '../plan.ts'
import { knownAsset } from '../../money/registry.ts'
import type { ColdTerms } from './cold-wallet.ts'

/** What the treasury has more than it needs, and what sending that away would cost. */
export type ColdPlan = Readonly<{
  asset: AssetId
  treasury: OwnKey
  terms: ColdTerms
  /** What can be spent: not what is on its way out, nor what arrived and may yet be taken back. */
  held: Units
  /** What payouts hold. */
  reserved: Units
  /** What would be sent; 0: there is no more than is needed. */
  units: Units
  /** In the chain's coin. */
  fee: Units
  /** The limit that it is signed with. */
  feeMax: Units
  /** The fee in the asset, rounded up; absent without a price. */
  breakEven: Units | undefined
  /** Less than this stays; absent without a price. */
  minEconomic: Units | undefined
  isWorthwhile: boolean
}>

/** How far the price may rise between the plan and the signature: this many times the estimate. */
const FEE_MARGIN = 3n

/** The limit of a fee that is estimated so. */
export function limitOf({ fee, feeMax }: Readonly<{ fee: Units; feeMax: Units }>): Units {
  const margin = units(fee * FEE_MARGIN)
  return margin > feeMax ? margin : feeMax
}

type Held = Pick<ColdPlan, 'held' | 'reserved' | 'terms'>

/** What is there above what stays and what payouts hold; ≥ 0. */
export function surplusOf({ held, reserved, terms }: Held): Units {
  const surplus = held - reserved - terms.keep
  return units(surplus > 0n ? surplus : 0n)
}

/** What a plan is made from. */
export type ColdFacts = Held &
  Readonly<{
    asset: AssetId
    treasury: OwnKey
    /** What it costs, and may cost at most, in the chain's coin. */
    fee: Units
    feeMax: Units
    /** The fee in the asset, rounded up; absent without a price. */
    feeInAsset: Units | undefined
  }>

/**
 * What is sent: the surplus, less the limit of a fee that is paid in the same coin. It goes under
 * the terms of a sweep: nothing moves that brings less than ten times its cost, or has no price.
 */
export function coldPlanOf(facts: ColdFacts): ColdPlan {
  const { asset, treasury, terms, held, reserved, fee, feeMax, feeInAsset } = facts
  const { chain, kind } = knownAsset(asset)
  const left = surplusOf(facts) - (kind === 'native' ? feeMax : 0n)
  const amount = units(left > 0n ? left : 0n)
  const holding = { ...treasury, units: amount, ownerId: treasury.address, depositIds: [] }
  const costs = { fee, feeMax, setupFee: undefined, feeInAsset }
  const [leg] = planOf({ chain, asset, treasury, holdings: [holding], ...costs }).legs
  if (leg === undefined) throw new Error('a holding makes a leg')
  return {
    ...{ asset, treasury, terms, held, reserved, units: amount, fee, feeMax },
    ...{ breakEven: leg.breakEven, minEconomic: leg.minEconomic },
    isWorthwhile: leg.isWorthwhile && amount > 0n,
  }
}
