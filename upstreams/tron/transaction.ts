import { createHash } from 'node:crypto'
import { utils } from 'tronweb'
import { readByTronWeb, type OthersRaw } from '../../server/test/tronweb.ts'

/** What a transaction is made to do; accounts as `0x` and 40 digits. */
export type Deed =
  | Readonly<{ type: 'TransferContract'; owner: string; to: string; sun: bigint }>
  | Readonly<{
      type: 'TriggerSmartContract'
      owner: string
      to: string
      sun: bigint
      data: string
    }>

/** A transaction as somebody hands it in. */
export type Sent = Readonly<{
  txId: string
  rawHex: string
  signature: string
  raw: OthersRaw
  deed: Deed
  /** Its length with its signature, and what the network adds for its result. */
  bytes: number
}>

const RESULT_BYTES = 64

/**
 * Reads a signed transaction by tronweb's reader of protobuf.
 *
 * @param hex fields 1 (`raw_data`) and 2 (`signature`), in this order and once
 * @returns undefined for anything else
 */
export function readSent(hex: string): Sent | undefined {
  const bytes = Buffer.from(hex, 'hex')
  if (bytes.length * 2 !== hex.length || bytes[0] !== 0x0a) return undefined
  // A length of one byte or of two: no plain transaction is longer.
  const [low = 0, high = 0] = [bytes[1], bytes[2]]
  const [length, from] = low < 0x80 ? [low, 2] : [(low & 0x7f) | (high << 7), 3]
  const raw = bytes.subarray(from, from + length)
  const rest = bytes.subarray(from + length)
  if (raw.length !== length || rest.length !== 67) return undefined
  if (rest[0] !== 0x12 || rest[1] !== 65) return undefined
  const rawHex = raw.toString('hex')
  const read = readByTronWeb(rawHex)
  const deed = read === undefined ? undefined : deedOf(read)
  if (read === undefined || deed === undefined) return undefined
  return {
    txId: createHash('sha256').update(raw).digest('hex'),
    rawHex,
    signature: rest.subarray(2).toString('hex'),
    raw: read,
    deed,
    bytes: bytes.length + RESULT_BYTES,
  }
}

/** Whether the owner has signed: by the recovery of ethers, which tronweb uses. */
export function isSigned({ txId, signature, deed }: Sent): boolean {
  try {
    const signer = utils.crypto.ecRecover(txId, signature)
    return accountOf(signer) === deed.owner
  } catch {
    // It throws on what is no signature at all.
    return false
  }
}

/** An account, `0x` and 40 digits in lower case. @param hex 21 bytes */
export const accountOf = (hex: string): string => `0x${hex.slice(-40).toLowerCase()}`

/** An account as nodes write it: 21 bytes in hexadecimal. */
export const hexOf = (account: string): string => `41${account.slice(2)}`

function deedOf({ contract: [{ type, parameter }] }: OthersRaw): Deed | undefined {
  const { value } = parameter
  const owner = accountOf(value.owner_address)
  if (type === 'TransferContract') {
    const { to_address: to, amount } = value
    if (to === undefined || amount === undefined) return undefined
    return { type, owner, to: accountOf(to), sun: BigInt(amount) }
  }
  const { contract_address: called, call_value = 0, data = '' } = value
  if (called === undefined) return undefined
  const call = { to: accountOf(called), sun: BigInt(call_value), data: `0x${data.toLowerCase()}` }
  return { type, owner, ...call }
}
