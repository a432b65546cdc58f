import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { assetId } from '../../money/caip.ts'
import { units, type ChainId } from '../../money/units.ts'
import type { Move, TxCodec, TxEffects } from '../contract-sending.ts'
import { tronAddress, tronAddressOf } from './address.ts'
import { priceFacts, RESULT_BYTES } from './facts.ts'
import { readMessage, writeMessage } from './protobuf.ts'
import { readRaw, unreadable, type RawTransaction } from './raw-transaction.ts'
import { slotOf } from './slot.ts'
import { readTransferCall } from './trc20.ts'

const SIGNATURE_BYTES = 65
/** Tron writes which of two keys has signed as Ethereum did at first: 27 or 28. */
const RECOVERY_BASE = 27

/**
 * What a transaction of Tron does, and its signature. The unsigned bytes are its `raw_data`.
 *
 * A transaction has no nonce, and nothing that another one could take from it: two payments to the
 * same address are both mined when both are broadcast. What ends it is time alone, and its slot
 * says so; see `slot.ts`.
 *
 * What it may cost is its own limit for energy, and beside it what the network may ask for its
 * bytes, or for an address that it is the first to pay: both are in `feeMax`.
 */
export const tronCodec: TxCodec = {
  explain: (chain, unsigned) => effectsOf(chain, readRaw(chain, unsigned), unsigned),
  sign: (chain, unsigned, keys) => {
    const owner = tronAddress(readRaw(chain, unsigned).contract.owner.subarray(1))
    const key = keys.find((one) => one.address === owner)
    if (key === undefined) throw new RangeError(`the key of ${owner} is not among those that sign`)
    if (tronAddressOf(secp256k1.getPublicKey(key.privateKey)) !== owner) {
      throw new RangeError(`the key given for ${owner} is that of another address`)
    }
    const hash = sha256(unsigned)
    const signature = secp256k1.sign(hash, key.privateKey, { prehash: false, format: 'recovered' })
    const [recovery = 0] = signature
    const tail = Uint8Array.of(RECOVERY_BASE + recovery)
    const bytes = writeSigned(unsigned, concatBytes(signature.subarray(1), tail))
    return { chain, bytes, txHash: bytesToHex(hash) }
  },
  explainSigned: (chain, signed) => {
    const { raw, signature } = readSigned(chain, signed)
    const hash = sha256(raw)
    const effects = effectsOf(chain, readRaw(chain, raw), raw)
    if (!effects.spenders.includes(signerOf(signature, hash) ?? '')) {
      throw unreadable(chain, 'its signature is not that of the address that it spends from')
    }
    return { txHash: bytesToHex(hash), effects }
  },
}

const writeSigned = (raw: Uint8Array, signature: Uint8Array): Uint8Array =>
  writeMessage([
    [1, raw],
    [2, signature],
  ])

function readSigned(
  chain: ChainId,
  signed: Uint8Array,
): Readonly<{ raw: Uint8Array; signature: Uint8Array }> {
  const fields = readMessage(signed)
  const [raw, signature] = [fields?.get(1), fields?.get(2)]
  const isWhole = raw instanceof Uint8Array && signature instanceof Uint8Array
  if (!isWhole || signature.length !== SIGNATURE_BYTES) {
    throw unreadable(chain, 'they are no transaction with one signature')
  }
  if (bytesToHex(writeSigned(raw, signature)) !== bytesToHex(signed)) {
    throw unreadable(chain, 'they hold more than a transaction and its signature')
  }
  return { raw, signature }
}

/** The address whose key made a signature; undefined when it is none in its one canonical form. */
function signerOf(signature: Uint8Array, hash: Uint8Array): string | undefined {
  const recovery = (signature.at(-1) ?? 0) - RECOVERY_BASE
  if (recovery !== 0 && recovery !== 1) return undefined
  try {
    const ordered = concatBytes(Uint8Array.of(recovery), signature.subarray(0, 64))
    const read = secp256k1.Signature.fromBytes(ordered, 'recovered')
    return read.hasHighS() ? undefined : tronAddressOf(read.recoverPublicKey(hash).toBytes())
  } catch {
    // The curve throws where there is no such point: then nobody has signed.
    return undefined
  }
}

function effectsOf(chain: ChainId, raw: RawTransaction, bytes: Uint8Array): TxEffects {
  const owner = tronAddress(raw.contract.owner.subarray(1))
  return {
    ...whatItMoves(chain, raw),
    spenders: [owner],
    feePayer: owner,
    feeMax: units(raw.feeLimitSun + networkFeeMax(raw, bytes.length)),
    slots: [slotOf({ txHash: bytesToHex(sha256(bytes)), expirationMs: raw.expirationMs })],
  }
}

function whatItMoves(
  chain: ChainId,
  { contract }: RawTransaction,
): Pick<TxEffects, 'moves' | 'besides'> {
  const from = tronAddress(contract.owner.subarray(1))
  if (contract.kind === 'transfer') {
    const to = tronAddress(contract.to.subarray(1))
    const asset = assetId(`${chain}/slip44:195`)
    return { moves: [{ from, to, asset, units: units(contract.sun) }], besides: [] }
  }
  const called = tronAddress(contract.contract.subarray(1))
  const payment = readTransferCall(contract.data)
  const asset = assetId(`${chain}/trc20:${called}`)
  const moves: readonly Move[] =
    payment === undefined
      ? []
      : [{ from, to: tronAddress(payment.to.subarray(1)), asset, units: units(payment.units) }]
  const selector = bytesToHex(contract.data.subarray(0, 4))
  return {
    moves,
    besides: [
      ...(payment === undefined ? [`calls ${selector || 'nothing'} of ${called}`] : []),
      ...(contract.callSun > 0n ? [`sends ${contract.callSun} sun to ${called}`] : []),
    ],
  }
}

/** Whose bytes the network charges: the transaction with one signature, and its result. */
const chargedBytes = (rawBytes: number): number =>
  writeSigned(new Uint8Array(rawBytes), new Uint8Array(SIGNATURE_BYTES)).length + RESULT_BYTES

/**
 * What the network asks for a transaction's bytes when no bandwidth is left, in sun.
 *
 * @param rawBytes its length without signature
 */
export const bytesSun = (rawBytes: number): bigint =>
  BigInt(chargedBytes(rawBytes)) * priceFacts.byteSun

/** How much bandwidth a transaction uses up, in bytes. @param rawBytes without signature */
export const bandwidthOf = (rawBytes: number): bigint => BigInt(chargedBytes(rawBytes))

/** The most beside energy; only a transfer of coins pays for a new address. */
function networkFeeMax({ contract }: RawTransaction, rawBytes: number): bigint {
  const forBytes = bytesSun(rawBytes)
  const forAccount = priceFacts.accountSun + priceFacts.accountBandwidthSun
  return contract.kind === 'transfer' && forAccount > forBytes ? forAccount : forBytes
}
