import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha512_256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { AppError } from '../../errors/app-error.ts'
import { networkByChain } from '../../money/registry.ts'
import { units, type ChainId } from '../../money/units.ts'
import type { TxCodec, TxEffects } from '../contract-sending.ts'
import { hash160 } from '../key-hash.ts'
import { networkOfAccount, stacksAddressOfHash, writeStacksAccount } from './address.ts'
import { NO_MEMO, NO_SIGNATURE, readTransfer, writeTransfer, type TokenTransfer } from './wire.ts'

const AUTH_STANDARD = 0x04

/** Reads and signs transfers of STX. What was not signed yet has zeros in the signature's place. */
export const stacksCodec: TxCodec = {
  explain: (chain, unsigned) => {
    const transfer = read(chain, unsigned)
    if (isSigned(transfer)) throw notReadable(chain, 'they are signed already')
    return effectsOf(chain, transfer)
  },
  sign: (chain, unsigned, keys) => {
    const transfer = read(chain, unsigned)
    if (isSigned(transfer)) throw notReadable(chain, 'they are signed already')
    effectsOf(chain, transfer)
    const sender = senderOf(transfer)
    const key = keys.find((one) => one.address === sender)
    if (key === undefined) throw notReadable(chain, `the key of ${sender} is not given`)
    const publicKey = secp256k1.getPublicKey(key.privateKey)
    if (!Buffer.from(hash160(publicKey)).equals(transfer.signer)) {
      throw notReadable(chain, `the key that is given is not that of ${sender}`)
    }
    const options = { prehash: false, lowS: true, format: 'recovered' } as const
    const signature = secp256k1.sign(digestOf(transfer), key.privateKey, options)
    const bytes = writeTransfer({ ...transfer, signature })
    return { chain, bytes, txHash: hashOf(bytes) }
  },
  explainSigned: (chain, signed) => {
    const transfer = read(chain, signed)
    if (!isSignedBySender(transfer)) throw notReadable(chain, 'their signature does not verify')
    return { txHash: hashOf(signed), effects: effectsOf(chain, transfer) }
  },
}

/** Reads a transfer of either sort. @throws chain.transaction_not_readable */
export function read(chain: ChainId, bytes: Uint8Array): TokenTransfer {
  const transfer = readTransfer(bytes)
  if (typeof transfer === 'string') throw notReadable(chain, transfer)
  return transfer
}

/** Who sends, and pays the fee. */
export const senderOf = ({ signer, network }: TokenTransfer): string =>
  stacksAddressOfHash(signer, network)

/** The name of what a sender's nonce lets happen once. */
export const slotOf = (address: string, nonce: bigint): string => `nonce:${address}:${nonce}`

/** The address and nonce of a slot; undefined when it is none of ours. */
export function readSlot(slot: string): Readonly<{ address: string; nonce: bigint }> | undefined {
  const [, address, nonce] = /^nonce:(S[0-9A-Z]{20,45}):(\d{1,20})$/.exec(slot) ?? []
  if (address === undefined || nonce === undefined) return undefined
  return { address, nonce: BigInt(nonce) }
}

function effectsOf(chain: ChainId, transfer: TokenTransfer): TxEffects {
  const asset = networkByChain(chain)?.native
  if (asset === undefined) throw notReadable(chain, 'there is no such network')
  if (networkOfAccount(transfer.to) !== transfer.network) {
    throw notReadable(chain, 'their recipient is on another network')
  }
  if (transfer.amount === 0n) throw notReadable(chain, 'they pay nothing')
  const from = senderOf(transfer)
  const to = writeStacksAccount(transfer.to)
  const hasMemo = !Buffer.from(transfer.memo).equals(NO_MEMO)
  return {
    moves: [{ from, to, asset, units: units(transfer.amount) }],
    spenders: [from],
    feePayer: from,
    feeMax: units(transfer.fee),
    slots: [slotOf(from, transfer.nonce)],
    besides: hasMemo ? ['it carries a memo'] : [],
  }
}

const isSigned = ({ signature }: TokenTransfer): boolean =>
  !Buffer.from(signature).equals(NO_SIGNATURE)

/**
 * What is signed: the transaction as it would be without fee, nonce and signature, then these.
 * @see SIP-005, "Transaction Signing and Verifying"
 */
function digestOf(transfer: TokenTransfer): Uint8Array {
  const bare = writeTransfer({ ...transfer, nonce: 0n, fee: 0n, signature: NO_SIGNATURE })
  const numbers = Buffer.alloc(16)
  numbers.writeBigUInt64BE(transfer.fee, 0)
  numbers.writeBigUInt64BE(transfer.nonce, 8)
  return sha512_256(concatBytes(sha512_256(bare), Uint8Array.of(AUTH_STANDARD), numbers))
}

/** A signature with the other of its two values of s would be another one for the same bytes. */
function isSignedBySender(transfer: TokenTransfer): boolean {
  try {
    const signature = secp256k1.Signature.fromBytes(transfer.signature, 'recovered')
    if (signature.hasHighS()) return false
    const key = signature.recoverPublicKey(digestOf(transfer)).toBytes(true)
    return Buffer.from(hash160(key)).equals(transfer.signer)
  } catch {
    // The library throws on what can be no signature, which is an answer here.
    return false
  }
}

/** The name under which the chain knows signed bytes. */
const hashOf = (bytes: Uint8Array): string => `0x${bytesToHex(sha512_256(bytes))}`

const notReadable = (chain: ChainId, problem: string): AppError =>
  new AppError('chain.transaction_not_readable', { chain, problem })
