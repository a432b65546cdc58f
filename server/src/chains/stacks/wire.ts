import type { StacksAccount, StacksNetwork } from './address.ts'

/**
 * A transfer of STX as its sender signs it. All amounts in microSTX, whole numbers of 64 bits.
 */
export type TokenTransfer = Readonly<{
  network: StacksNetwork
  /** Hash of the sender's compressed key, 20 bytes. */
  signer: Uint8Array
  nonce: bigint
  fee: bigint
  /** Recovery byte, r and s: 65 bytes; zeros where nobody has signed. */
  signature: Uint8Array
  to: StacksAccount
  amount: bigint
  memo: Uint8Array
}>

/** How long every such transfer is, in bytes. */
export const TRANSFER_BYTES = 180

/** How many bytes a signature has, and a memo. */
export const SIGNATURE_BYTES = 65
const MEMO_BYTES = 34
const HASH_BYTES = 20

/** What fields other than a transfer's own must hold: one key, compressed; no conditions. */
const AUTH_STANDARD = 0x04
const P2PKH = 0x00
const COMPRESSED = 0x00
const ANCHOR_ANY = 0x03
const CONDITIONS_DENY = 0x02
const PAYLOAD_TRANSFER = 0x00
const PRINCIPAL_ACCOUNT = 0x05

const networkFacts = {
  mainnet: { version: 0x00, chainId: 1 },
  testnet: { version: 0x80, chainId: 0x8000_0000 },
} as const

/** No memo: as long as a memo always is, and empty. */
export const NO_MEMO: Uint8Array = new Uint8Array(MEMO_BYTES)

/** In the place of a signature where there is none. */
export const NO_SIGNATURE: Uint8Array = new Uint8Array(SIGNATURE_BYTES)

/**
 * A transfer's bytes as nodes take them.
 * @see https://github.com/stacksgov/sips/blob/main/sips/sip-005 (transactions), read 2026-11-20
 */
export function writeTransfer(transfer: TokenTransfer): Uint8Array {
  const { version, chainId } = networkFacts[transfer.network]
  return Buffer.concat([
    Uint8Array.of(version),
    u32(chainId),
    Uint8Array.of(AUTH_STANDARD, P2PKH),
    transfer.signer,
    u64(transfer.nonce),
    u64(transfer.fee),
    Uint8Array.of(COMPRESSED),
    transfer.signature,
    Uint8Array.of(ANCHOR_ANY, CONDITIONS_DENY),
    u32(0),
    Uint8Array.of(PAYLOAD_TRANSFER, PRINCIPAL_ACCOUNT, transfer.to.version),
    transfer.to.hash,
    u64(transfer.amount),
    transfer.memo,
  ])
}

/**
 * Reads a transfer, and nothing else: one key's, without conditions, to an account. Whatever is
 * written otherwise, if only in an unused field, is refused.
 *
 * @returns the transfer, or in words why these bytes are none
 */
export function readTransfer(bytes: Uint8Array): TokenTransfer | string {
  if (bytes.length !== TRANSFER_BYTES) return `they are not the ${TRANSFER_BYTES} bytes of one`
  const view = Buffer.from(bytes)
  let at = 0
  const take = (length: number): Buffer => view.subarray(at, (at += length))
  const version = take(1)[0]
  const chainId = take(4).readUInt32BE()
  const auth = take(2)
  const signer = take(HASH_BYTES)
  const nonce = take(8).readBigUInt64BE()
  const fee = take(8).readBigUInt64BE()
  const encoding = take(1)
  const signature = take(SIGNATURE_BYTES)
  const modes = take(2)
  const conditions = take(4).readUInt32BE()
  const payload = take(2)
  const to = { version: take(1)[0] ?? 0, hash: take(HASH_BYTES) }
  const amount = take(8).readBigUInt64BE()
  const memo = take(MEMO_BYTES)
  const networks = ['mainnet', 'testnet'] as const
  const network = networks.find((one) => networkFacts[one].version === version)
  if (network === undefined || networkFacts[network].chainId !== chainId) {
    return 'their version and chain id are of no known network'
  }
  if (!auth.equals(Uint8Array.of(AUTH_STANDARD, P2PKH)) || encoding[0] !== COMPRESSED) {
    return 'they are not authorized by one compressed key'
  }
  if (!modes.equals(Uint8Array.of(ANCHOR_ANY, CONDITIONS_DENY)) || conditions !== 0) {
    return 'they have conditions'
  }
  if (!payload.equals(Uint8Array.of(PAYLOAD_TRANSFER, PRINCIPAL_ACCOUNT))) {
    return 'they are no transfer of STX to an account'
  }
  return { network, signer, nonce, fee, signature, to, amount, memo }
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function u64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}
