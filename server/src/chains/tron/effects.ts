import { bytesToHex } from '@noble/hashes/utils.js'
import { units } from '../../money/units.ts'
import type { TxEffects } from '../contract-sending.ts'
import { tronAddress } from './address.ts'
import type { TronAssets } from './assets.ts'
import { priceFacts } from './facts.ts'
import type { RawTransaction } from './raw-transaction.ts'
import { bandwidthOf, txHashOf } from './signed-transaction.ts'
import { slotOf } from './slot.ts'
import { readTransferCall } from './trc20.ts'

/**
 * What a transaction does, as far as it is certain from its fields: coins for an address, or a
 * plain transfer of a token that we know. All else is told in words.
 *
 * What it may cost is its own limit for energy, and beside it what the network may ask for its
 * bytes, or for an address that it is the first to pay.
 *
 * @param bytes of the same transaction, without signature
 */
export function effectsOf(raw: RawTransaction, bytes: Uint8Array, assets: TronAssets): TxEffects {
  const owner = tronAddress(raw.contract.owner.subarray(1))
  return {
    ...doings(raw, assets),
    spenders: [owner],
    feePayer: owner,
    feeMax: units(feeMaxOf(raw, bytes.length)),
    slots: [slotOf({ txHash: txHashOf(bytes), expirationMs: raw.expirationMs })],
  }
}

function doings(
  { contract }: RawTransaction,
  { native, tokens }: TronAssets,
): Pick<TxEffects, 'moves' | 'besides'> {
  const from = tronAddress(contract.owner.subarray(1))
  if (contract.kind === 'transfer') {
    const to = tronAddress(contract.to.subarray(1))
    return { moves: [{ from, to, asset: native, units: units(contract.sun) }], besides: [] }
  }
  const called = tronAddress(contract.contract.subarray(1))
  const asset = tokens.get(`0x${bytesToHex(contract.contract.subarray(1))}`)
  const payment = asset === undefined ? undefined : readTransferCall(contract.data)
  const selector = bytesToHex(contract.data.subarray(0, 4))
  const coins = contract.callSun > 0n ? [`it sends ${contract.callSun} sun to ${called}`] : []
  if (asset === undefined || payment === undefined) {
    return { moves: [], besides: [`it calls ${selector || 'nothing'} of ${called}`, ...coins] }
  }
  const to = tronAddress(payment.to.subarray(1))
  return { moves: [{ from, to, asset, units: units(payment.units) }], besides: coins }
}

/**
 * The most that a transaction can cost, in sun. Only a transfer of coins pays for a new address.
 *
 * @param rawBytes its length without signature
 */
export function feeMaxOf(
  { contract, feeLimitSun }: Pick<RawTransaction, 'contract' | 'feeLimitSun'>,
  rawBytes: number,
): bigint {
  const forBytes = bandwidthOf(rawBytes) * priceFacts.byteSun
  const forAccount = priceFacts.accountSun + priceFacts.accountBandwidthSun
  const isTransfer = contract.kind === 'transfer'
  return feeLimitSun + (isTransfer && forAccount > forBytes ? forAccount : forBytes)
}
