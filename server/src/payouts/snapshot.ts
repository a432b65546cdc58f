import { isoTime } from '../events/event.ts'
import { formatUnits } from '../money/amount.ts'
import { exactNumber } from '../money/json-number.ts'
import { readJson } from '../money/json.ts'
import { knownAsset, knownNetwork } from '../money/registry.ts'
import type { AssetId, Units } from '../money/units.ts'
import { dollarText } from '../rates/dollars.ts'
import type { Environment } from '../shell/book.ts'
import type { Payout } from './payout.ts'

// Payouts as answers and events tell of them. Amounts are exact JSON numbers, as the contract has
// them; what we add to it are texts.

const exact = (value: Units, asset: AssetId) =>
  exactNumber(formatUnits(value, knownAsset(asset).decimals))

/** A payout as `GET /v1/payouts/:id` answers it. */
export function payoutSnapshot(payout: Payout, environment: Environment) {
  const { currency, network, id: asset, chain } = knownAsset(payout.asset)
  const fee = knownAsset(knownNetwork(chain).native)
  return {
    id: payout.payoutId,
    payout_id: payout.payoutId,
    kind: payout.kind,
    status: payout.status,
    ...{ currency, network, asset },
    amount: exact(payout.units, asset),
    estimated_fee: exact(payout.feeUnits, asset),
    net_amount: exact(payout.netUnits, asset),
    amount_usd: payout.price === undefined ? null : exactNumber(dollarText(payout.worthCents)),
    destination_address: payout.destination,
    tx_hash: payout.txHash ?? null,
    network_fee:
      payout.networkFee === undefined ? null : formatUnits(payout.networkFee, fee.decimals),
    network_fee_currency: fee.currency,
    problem: payout.problem ?? null,
    rollback_confirmed: payout.status === 'failed' || payout.status === 'canceled',
    wallet_id: payout.kind === 'withdrawal' ? (payout.sourceId ?? null) : null,
    refund_id: payout.kind === 'refund' ? (payout.sourceId ?? null) : null,
    batch_id: payout.batchId ?? null,
    external_id: payout.externalId ?? null,
    customer_id: payout.customerId ?? null,
    metadata: readJson(payout.metadata),
    environment,
    created_at: isoTime(payout.createdAt),
    ended_at: payout.endedAt === undefined ? null : isoTime(payout.endedAt),
  }
}
