import { formatUnits } from '../../money/amount.ts'
import { knownAsset, knownNetwork } from '../../money/registry.ts'
import type { AssetId, Units } from '../../money/units.ts'
import type { Instant } from '../../shell/clock.ts'
import type { ColdPlan } from './cold-plan.ts'
import type { ColdTransfer } from './cold-transfer.ts'
import type { ColdTerms, ColdWallet } from './cold-wallet.ts'

const text = (amount: Units, asset: AssetId): string =>
  formatUnits(amount, knownAsset(asset).decimals)

const maybe = (amount: Units | undefined, asset: AssetId): string | null =>
  amount === undefined ? null : text(amount, asset)

const time = (instant: Instant): string => new Date(instant).toISOString()

const namesOf = (asset: AssetId) => {
  const { currency, network } = knownAsset(asset)
  return { currency, network, asset }
}

const feeNamesOf = (asset: AssetId) => {
  const native = knownAsset(knownNetwork(knownAsset(asset).chain).native)
  return { named: { ...namesOf(asset), fee_currency: native.currency }, native: native.id }
}

/** A cold wallet as its events tell it, and answers with more. */
export function coldWalletSnapshot({ walletId, asset, inForce, next }: ColdWallet) {
  const terms = ({ address, keep }: ColdTerms) => ({ address, keep: text(keep, asset) })
  return {
    id: walletId,
    ...namesOf(asset),
    in_force: inForce === undefined ? null : terms(inForce),
    next: next === undefined ? null : { ...terms(next.terms), effective_at: time(next.at) },
  }
}

/** A plan as `GET /v1/sweeps/cold/plan` answers it. */
export function coldPlanSnapshot(plan: ColdPlan) {
  const { asset } = plan
  const { named, native } = feeNamesOf(asset)
  return {
    ...named,
    treasury: plan.treasury.address,
    address: plan.terms.address,
    held: text(plan.held, asset),
    keep: text(plan.terms.keep, asset),
    reserved: text(plan.reserved, asset),
    amount: text(plan.units, asset),
    cost: text(plan.fee, native),
    break_even: maybe(plan.breakEven, asset),
    min_economic: maybe(plan.minEconomic, asset),
    worthwhile: plan.isWorthwhile,
  }
}

/** A transfer as `GET /v1/sweeps/cold/:id` answers it, and its events tell it. */
export function coldTransferSnapshot(transfer: ColdTransfer) {
  const { asset, endedAt } = transfer
  const { named, native } = feeNamesOf(asset)
  return {
    id: transfer.transferId,
    status: transfer.state,
    ...named,
    treasury: transfer.treasury,
    address: transfer.address,
    amount: text(transfer.units, asset),
    estimated_fee: text(transfer.estimatedFee, native),
    fee: maybe(transfer.fee, native),
    tx_hash: transfer.txHash ?? null,
    problem: transfer.problem ?? null,
    created_at: time(transfer.createdAt),
    ended_at: endedAt === undefined ? null : time(endedAt),
  }
}
