import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { bytesOfNumber, decodeRlp, encodeRlp, numberOfBytes, type RlpItem } from './rlp.ts'

/** What a transaction offers for its gas, in wei for each unit of it. */
export type GasPrice =
  | Readonly<{ kind: 'legacy'; gasPrice: bigint }>
  /** `maxPriorityFeePerGas` <= `maxFeePerGas`. */
  | Readonly<{ kind: 'dynamic'; maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }>

/** A key's leave to run a contract's code at its address, on the transaction's chain alone. */
export type Authorization = Readonly<{ authority: string; delegate: string; nonce: bigint }>

/** A transaction as we make them, with who signs it; addresses in lower case. */
export type EvmTx = Readonly<{
  from: string
  chainId: bigint
  nonce: bigint
  price: GasPrice
  /** The most gas that it may use. */
  gas: bigint
  /** Absent where it makes a contract. */
  to: string | undefined
  value: bigint
  data: Uint8Array
  /** EIP-7702; empty in transactions of the other types. */
  authorizations: readonly Authorization[]
}>

const DYNAMIC = 2
const WITH_AUTHORIZATIONS = 4
const U64_MAX = 2n ** 64n - 1n
/** No account gets there, and other libraries read no larger ones. */
const NONCE_MAX = 2n ** 53n - 1n
const U256_MAX = 2n ** 256n - 1n
const ADDRESS_LENGTH = 20

/** The byte in front of a transaction's fields; none in front of the oldest kind. */
export function typeBytes({ price, authorizations }: EvmTx): Uint8Array {
  if (price.kind === 'legacy') return new Uint8Array()
  return Uint8Array.of(authorizations.length > 0 ? WITH_AUTHORIZATIONS : DYNAMIC)
}

/** A transaction's fields up to its authorizations, in their order on the wire. */
export function fieldsOf(tx: EvmTx): readonly RlpItem[] {
  const bytes = bytesOfNumber
  const { price } = tx
  const call = [
    bytes(tx.gas),
    tx.to === undefined ? new Uint8Array() : bytesOfAddress(tx.to),
    bytes(tx.value),
    tx.data,
  ]
  if (price.kind === 'legacy') return [bytes(tx.nonce), bytes(price.gasPrice), ...call]
  const { maxPriorityFeePerGas, maxFeePerGas } = price
  const prices = [bytes(maxPriorityFeePerGas), bytes(maxFeePerGas)]
  const noAccessList: RlpItem = []
  return [bytes(tx.chainId), bytes(tx.nonce), ...prices, ...call, noAccessList]
}

/** 20 bytes of an address. */
export const bytesOfAddress = (address: string): Uint8Array => hexToBytes(address.slice(2))

/**
 * A transaction without signatures: its sender's 20 bytes, then the transaction as it is hashed for
 * signing, where each authorization names its authority in the place of a signature.
 */
export function encodeUnsigned(tx: EvmTx): Uint8Array {
  const authorizations = tx.authorizations.map(({ authority, delegate, nonce }) => [
    bytesOfNumber(tx.chainId),
    bytesOfAddress(delegate),
    bytesOfNumber(nonce),
    bytesOfAddress(authority),
  ])
  const ending = tx.price.kind === 'legacy' ? replayGuard(tx) : []
  const fields = [...fieldsOf(tx), ...(authorizations.length > 0 ? [authorizations] : ending)]
  return concatBytes(bytesOfAddress(tx.from), typeBytes(tx), encodeRlp(fields))
}

/** What binds the oldest kind of transaction to its chain (EIP-155). */
export const replayGuard = ({ chainId }: EvmTx): readonly RlpItem[] => [
  bytesOfNumber(chainId),
  new Uint8Array(),
  new Uint8Array(),
]

/**
 * Reads what `encodeUnsigned` writes, and nothing else.
 * @throws RangeError saying what is wrong with it
 */
export function decodeUnsigned(bytes: Uint8Array): EvmTx {
  const from = addressOfBytes(bytes.subarray(0, ADDRESS_LENGTH))
  const { type, fields } = readFields(bytes.subarray(ADDRESS_LENGTH))
  const { tx, rest } = readCall(type, fields, from)
  if (type === DYNAMIC) return withoutRest(tx, rest)
  if (type === WITH_AUTHORIZATIONS) {
    const [list, ...more] = rest
    const authorizations = listOf(list).map((one) => unsignedAuthorization(one, tx.chainId))
    if (authorizations.length === 0) throw new RangeError('it authorizes nothing')
    return withoutRest({ ...tx, authorizations }, more)
  }
  const [chainId, r, s, ...more] = rest
  if (bytesOf(r).length + bytesOf(s).length > 0) throw new RangeError('it is signed already')
  return withoutRest({ ...tx, chainId: readNumber(chainId, U64_MAX) }, more)
}

function withoutRest(tx: EvmTx, rest: readonly RlpItem[]): EvmTx {
  if (rest.length > 0) throw new RangeError('it has fields too many')
  return tx
}

function unsignedAuthorization(item: RlpItem, chainId: bigint): Authorization {
  const [chain, delegate, nonce, authority, ...more] = listOf(item)
  if (more.length > 0) throw new RangeError('an authorization has fields too many')
  return {
    ...readAuthorization([chain, delegate, nonce], chainId),
    authority: addressOfBytes(bytesOf(authority)),
  }
}

/** The delegate and number of an authorization. @throws RangeError when it is for other chains */
export function readAuthorization(
  [chain, delegate, nonce]: readonly (RlpItem | undefined)[],
  chainId: bigint,
): Omit<Authorization, 'authority'> {
  // Zero would be every chain there is.
  if (readNumber(chain, U64_MAX) !== chainId)
    throw new RangeError('an authorization is not for this chain')
  return { delegate: addressOfBytes(bytesOf(delegate)), nonce: readNumber(nonce, NONCE_MAX) }
}

/** The kind of a transaction, 0 for the oldest, and its fields. @throws RangeError */
export function readFields(
  bytes: Uint8Array,
): Readonly<{ type: number; fields: readonly RlpItem[] }> {
  const [first = 0] = bytes
  if (first >= 0xc0) return { type: 0, fields: listOf(decodeRlp(bytes)) }
  if (first !== DYNAMIC && first !== WITH_AUTHORIZATIONS) {
    throw new RangeError(`there is no reading transactions of type ${first}`)
  }
  return { type: first, fields: listOf(decodeRlp(bytes.subarray(1))) }
}

/** A transaction without what stands behind its call, and that rest. @throws RangeError */
export function readCall(
  type: number,
  fields: readonly RlpItem[],
  from: string,
): Readonly<{ tx: EvmTx; rest: readonly RlpItem[] }> {
  const head = type === 0 ? [undefined, ...fields.slice(0, 2)] : fields.slice(0, 4)
  const [chainId, nonce, tip, max] = head
  const [gas, to, value, data, ...rest] = fields.slice(type === 0 ? 2 : 4)
  const call = {
    from,
    chainId: chainId === undefined ? 0n : readNumber(chainId, U64_MAX),
    nonce: readNumber(nonce, NONCE_MAX),
    gas: readNumber(gas, U64_MAX),
    to: bytesOf(to).length === 0 ? undefined : addressOfBytes(bytesOf(to)),
    value: readNumber(value, U256_MAX),
    data: bytesOf(data),
    authorizations: [],
  }
  if (type === 0)
    return { tx: { ...call, price: { kind: 'legacy', gasPrice: readNumber(tip, U256_MAX) } }, rest }
  const [accessList, ...more] = rest
  if (listOf(accessList).length > 0) throw new RangeError('it has a list of accesses')
  const maxFeePerGas = readNumber(max, U256_MAX)
  const maxPriorityFeePerGas = readNumber(tip, maxFeePerGas)
  return {
    tx: { ...call, price: { kind: 'dynamic', maxFeePerGas, maxPriorityFeePerGas } },
    rest: more,
  }
}

/** A number of a transaction, at most `max`. @throws RangeError */
export function readNumber(item: RlpItem | undefined, max: bigint): bigint {
  const value = numberOfBytes(bytesOf(item))
  if (value > max) throw new RangeError('a number is too large')
  return value
}

/** @throws RangeError when it is a list, or not there */
export function bytesOf(item: RlpItem | undefined): Uint8Array {
  if (item instanceof Uint8Array) return item
  throw new RangeError('a field is not there')
}

/** @throws RangeError when it is no list */
export function listOf(item: RlpItem | undefined): readonly RlpItem[] {
  if (item === undefined || item instanceof Uint8Array) throw new RangeError('it is no list')
  return item
}

/** An address of 20 bytes, in lower case. @throws RangeError */
export function addressOfBytes(bytes: Uint8Array): string {
  if (bytes.length !== ADDRESS_LENGTH) throw new RangeError('an address does not have 20 bytes')
  return `0x${bytesToHex(bytes)}`
}
