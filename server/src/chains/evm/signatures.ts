import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { keccakAccount } from '../key-hash.ts'
import { bytesOfNumber, encodeRlp, numberOfBytes, type RlpItem } from './rlp.ts'
import {
  bytesOf,
  bytesOfAddress,
  fieldsOf,
  listOf,
  readAuthorization,
  readCall,
  readFields,
  readNumber,
  replayGuard,
  typeBytes,
  type Authorization,
  type EvmTx,
} from './transaction.ts'

/** The private key of an address in lower case; undefined when there is none. */
export type KeyOf = (address: string) => Uint8Array | undefined

type Signature = Readonly<{ yParity: bigint; r: bigint; s: bigint }>

const MAGIC_OF_AUTHORIZATIONS = 0x05
const V_MAX = 2n ** 66n
const HALF_ORDER = secp256k1.Point.CURVE().n / 2n

/**
 * The signed bytes of a transaction.
 * @throws RangeError when a key is missing or belongs to another address
 */
export function encodeSigned(tx: EvmTx, keyOf: KeyOf): Uint8Array {
  const authorizations = tx.authorizations.map((one) => {
    const signature = signAs(one.authority, authorizationHash(one, tx.chainId), keyOf)
    return [...authorizationFields(one, tx.chainId), ...signatureFields(signature)]
  })
  const fields = [...fieldsOf(tx), ...(authorizations.length > 0 ? [authorizations] : [])]
  const ending = tx.price.kind === 'legacy' ? replayGuard(tx) : []
  const hash = keccak_256(concatBytes(typeBytes(tx), encodeRlp([...fields, ...ending])))
  const signature = signAs(tx.from, hash, keyOf)
  const v = tx.price.kind === 'legacy' ? tx.chainId * 2n + 35n + signature.yParity : undefined
  const signed = [...fields, ...signatureFields(signature, v)]
  return concatBytes(typeBytes(tx), encodeRlp(signed))
}

/**
 * Reads a signed transaction; who sent and authorized it is what the signatures say.
 * @throws RangeError saying what is wrong with it
 */
export function decodeSigned(bytes: Uint8Array): EvmTx {
  const { type, fields } = readFields(bytes)
  const unsigned = readCall(type, fields, `0x${'0'.repeat(40)}`)
  const rest = type === 4 ? unsigned.rest.slice(1) : unsigned.rest
  const [v, r, s, ...more] = rest
  if (more.length > 0) throw new RangeError('it has fields too many')
  const scalars = { r: numberOfBytes(bytesOf(r)), s: numberOfBytes(bytesOf(s)) }
  const body = (count: number): Uint8Array => encodeRlp(fields.slice(0, count))
  if (type === 0) {
    const { chainId, yParity } = readGuard(readNumber(v, V_MAX))
    const tx = { ...unsigned.tx, chainId }
    const hash = keccak_256(encodeRlp([...fields.slice(0, 6), ...replayGuard(tx)]))
    return { ...tx, from: signerOf(hash, { yParity, ...scalars }) }
  }
  const hash = keccak_256(concatBytes(Uint8Array.of(type), body(fields.length - 3)))
  const from = signerOf(hash, { yParity: readNumber(v, 1n), ...scalars })
  if (type !== 4) return { ...unsigned.tx, from }
  const { chainId } = unsigned.tx
  const authorizations = listOf(unsigned.rest[0]).map((one) => signedAuthorization(one, chainId))
  if (authorizations.length === 0) throw new RangeError('it authorizes nothing')
  return { ...unsigned.tx, from, authorizations }
}

/** The name of a signed transaction. */
export const txHashOf = (signed: Uint8Array): string => `0x${bytesToHex(keccak_256(signed))}`

function signedAuthorization(item: RlpItem, chainId: bigint): Authorization {
  const [chain, delegate, nonce, v, r, s, ...more] = listOf(item)
  if (more.length > 0) throw new RangeError('an authorization has fields too many')
  const read = readAuthorization([chain, delegate, nonce], chainId)
  const scalars = { r: numberOfBytes(bytesOf(r)), s: numberOfBytes(bytesOf(s)) }
  const signature = { yParity: readNumber(v, 1n), ...scalars }
  return { ...read, authority: signerOf(authorizationHash(read, chainId), signature) }
}

type Unsigned = Omit<Authorization, 'authority'>

const authorizationFields = (
  { delegate, nonce }: Unsigned,
  chainId: bigint,
): readonly RlpItem[] => [bytesOfNumber(chainId), bytesOfAddress(delegate), bytesOfNumber(nonce)]

/** @see https://eips.ethereum.org/EIPS/eip-7702 */
const authorizationHash = (one: Unsigned, chainId: bigint): Uint8Array =>
  keccak_256(
    concatBytes(
      Uint8Array.of(MAGIC_OF_AUTHORIZATIONS),
      encodeRlp(authorizationFields(one, chainId)),
    ),
  )

const signatureFields = ({ yParity, r, s }: Signature, v = yParity): readonly RlpItem[] =>
  [v, r, s].map(bytesOfNumber)

/** The chain and the parity that the oldest kind of transaction writes in one number. */
function readGuard(v: bigint): Readonly<{ chainId: bigint; yParity: bigint }> {
  if (v < 37n) throw new RangeError('it is not bound to a chain')
  return { chainId: (v - 35n) / 2n, yParity: (v - 35n) % 2n }
}

function signAs(address: string, hash: Uint8Array, keyOf: KeyOf): Signature {
  const key = keyOf(address)
  if (key === undefined) throw new RangeError(`the key of ${address} is missing`)
  const bytes = secp256k1.sign(hash, key, { prehash: false, format: 'recovered' })
  const { r, s, recovery = 0 } = secp256k1.Signature.fromBytes(bytes, 'recovered')
  const signature = { yParity: BigInt(recovery), r, s }
  if (signerOf(hash, signature) !== address) throw new RangeError(`the key is not of ${address}`)
  return signature
}

/** Who signed. A signature has one form only, with the lower of its two scalars (EIP-2). */
function signerOf(hash: Uint8Array, { yParity, r, s }: Signature): string {
  if (s > HALF_ORDER) throw new RangeError('a signature is not written plainly')
  try {
    const signature = new secp256k1.Signature(r, s).addRecoveryBit(Number(yParity))
    return `0x${bytesToHex(keccakAccount(signature.recoverPublicKey(hash).toBytes()))}`
  } catch {
    throw new RangeError('a signature is of no key')
  }
}
