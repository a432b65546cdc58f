import { isoTime } from '../events/event.ts'
import { formatUnits } from '../money/amount.ts'
import { exactNumber, type JsonNumber } from '../money/json-number.ts'
import { knownAsset } from '../money/registry.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'
import type { PayoutStatus } from './payout.ts'

/** Payouts that were asked for together. */
export type Batch = Readonly<{
  /** `batch_…` */
  batchId: string
  /** What the caller calls it. */
  reference: string | undefined
  externalId: string | undefined
  initiator: string
  createdAt: Instant
}>

/** The payouts of a batch that are in one state and of one asset. */
export type BatchSum = Readonly<{
  status: PayoutStatus
  asset: AssetId
  count: number
  units: Units
  feeUnits: Units
  netUnits: Units
}>

/** Where a batch stands: as far as the payout of it that is least far. */
export type BatchStatus = PayoutStatus | 'partially_completed'

/** The state of a batch from those of its payouts. @param states at least one */
export function batchStatus(states: readonly PayoutStatus[]): BatchStatus {
  if (states.includes('pending_verification')) return 'pending_verification'
  if (states.includes('processing')) return 'processing'
  if (states.every((one) => one === 'completed')) return 'completed'
  if (states.includes('completed')) return 'partially_completed'
  return states.includes('failed') ? 'failed' : 'canceled'
}

/** What is summed: an amount of an asset. */
type Amount = Readonly<{ asset: AssetId; units: Units }>

/** The plain sum of amounts, whatever they are amounts of, as exact decimal text. */
export function plainSum(amounts: readonly Amount[]): string {
  const scale = Math.max(0, ...amounts.map(({ asset }) => knownAsset(asset).decimals))
  const sum = amounts.reduce((total, one) => {
    const missing = scale - knownAsset(one.asset).decimals
    return total + one.units * 10n ** BigInt(missing)
  }, 0n)
  return formatUnits(units(sum), scale)
}

/** A batch as `GET /v1/payouts/:id` answers it. */
export function batchSnapshot(batch: Batch, sums: readonly BatchSum[]) {
  const states = sums.map((one) => one.status)
  return {
    id: batch.batchId,
    batch_id: batch.batchId,
    batch_reference: batch.reference ?? null,
    external_id: batch.externalId ?? null,
    status: batchStatus(states),
    total_payouts: countOf(sums),
    total_amount: exactNumber(plainSum(sums)),
    totals: [...Map.groupBy(sums, (one) => one.asset)].map(([asset, own]) => totalOf(asset, own)),
    payouts_by_status: Object.fromEntries(
      [...Map.groupBy(sums, (one) => one.status)].map(([status, own]) => [status, countOf(own)]),
    ),
    created_at: isoTime(batch.createdAt),
  }
}

const countOf = (sums: readonly BatchSum[]): number =>
  sums.reduce((total, one) => total + one.count, 0)

function totalOf(id: AssetId, sums: readonly BatchSum[]) {
  const { currency, network, id: asset, decimals } = knownAsset(id)
  const sum = (pick: (one: BatchSum) => bigint): JsonNumber =>
    exactNumber(formatUnits(units(sums.reduce((total, one) => total + pick(one), 0n)), decimals))
  return {
    ...{ currency, network, asset },
    count: countOf(sums),
    amount: sum((one) => one.units),
    estimated_fee: sum((one) => one.feeUnits),
    net_amount: sum((one) => one.netUnits),
  }
}
