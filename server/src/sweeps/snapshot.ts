import { formatUnits } from '../money/amount.ts'
import { knownAsset, knownNetwork } from '../money/registry.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { Leg, SweepPlan } from './plan.ts'
import type { Sweep, SweepLeg } from './sweep.ts'

const text = (amount: Units, asset: AssetId): string =>
  formatUnits(amount, knownAsset(asset).decimals)

const maybe = (amount: Units | undefined, asset: AssetId): string | null =>
  amount === undefined ? null : text(amount, asset)

const names = ({ asset }: Readonly<{ asset: AssetId }>) => {
  const { currency, network, chain } = knownAsset(asset)
  const native = knownAsset(knownNetwork(chain).native)
  return { currency, network, asset, fee_currency: native.currency, native: native.id }
}

/** A plan as `GET /v1/sweeps/plan` answers it. */
export function planSnapshot(plan: SweepPlan) {
  const { native, ...named } = names(plan)
  return {
    ...named,
    treasury: plan.treasury.address,
    legs: plan.legs.map((leg) => planLeg(leg, plan.asset, native)),
    total: text(plan.total, plan.asset),
    estimated_fee: text(plan.fee, native),
    setup_fee: maybe(plan.setupFee, native),
  }
}

const planLeg = (leg: Leg, asset: AssetId, native: AssetId) => ({
  address: leg.address,
  owner_id: leg.ownerId,
  amount: text(leg.units, asset),
  cost: text(leg.cost, native),
  break_even: maybe(leg.breakEven, asset),
  min_economic: maybe(leg.minEconomic, asset),
  worthwhile: leg.isWorthwhile,
})

/** A sweep as `GET /v1/sweeps/:id` answers it, and its events tell it. */
export function sweepSnapshot(sweep: Sweep) {
  const { native, ...named } = names(sweep)
  const time = (instant: number): string => new Date(instant).toISOString()
  return {
    id: sweep.sweepId,
    status: sweep.state,
    ...named,
    treasury: sweep.treasury,
    legs: sweep.legs.map((leg) => sweepLeg(leg, sweep.asset, native)),
    estimated_fee: text(sweep.estimatedFee, native),
    fee: maybe(sweep.fee, native),
    tx_hash: sweep.txHash ?? null,
    problem: sweep.problem ?? null,
    created_at: time(sweep.createdAt),
    ended_at: sweep.endedAt === undefined ? null : time(sweep.endedAt),
  }
}

const sweepLeg = (leg: SweepLeg, asset: AssetId, native: AssetId) => ({
  address: leg.address,
  owner_id: leg.ownerId,
  amount: text(leg.units, asset),
  fee: maybe(leg.feeShare, native),
})
