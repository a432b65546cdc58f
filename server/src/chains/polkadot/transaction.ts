import type { PolkadotNetwork, TransferName } from './networks.ts'
import { compact, littleEndian, NotScale, scaleReader, type ScaleReader } from './scale.ts'

/** A transfer with everything that its sender signs. Hashes and accounts are of 32 bytes. */
export type PolkadotTransfer = Readonly<{
  /** Who sends; not in what is signed, but in front of it. */
  account: Uint8Array
  call: TransferName
  to: Uint8Array
  /** In planck; `all` for what the sender then has. */
  amount: bigint | 'all'
  era: Era
  nonce: bigint
  /** What is paid above the fee, in planck. */
  tip: bigint
  specVersion: number
  transactionVersion: number
  /** The block from which on the transaction is valid. */
  eraBlock: Uint8Array
}>

/** For how many blocks a transaction is valid, a power of two, and where in them it began. */
export type Era = Readonly<{ period: number; phase: number }>

/** A transfer with its signature. */
export type SignedTransfer = PolkadotTransfer &
  Readonly<{ signature: Readonly<{ kind: SignatureKind; bytes: Uint8Array }> }>

/** The curves of keys, by the byte that names them. */
export type SignatureKind = 'ed25519' | 'sr25519'

const KINDS: readonly SignatureKind[] = ['ed25519', 'sr25519']
const ACCOUNT_BYTES = 32
const SIGNATURE_BYTES = 64
const PERIOD_MIN = 4
const PERIOD_MAX = 4_096
/** Spec and transaction version, genesis, the era's block, and no hash of metadata. */
const ADDITIONAL_BYTES = 4 + 4 + 32 + 32 + 1
/** Version 4, signed. */
const SIGNED_V4 = 0x84
const ADDRESS_ID = 0x00
const NONE = 0x00

/**
 * The bytes of a transfer before it is signed: the sender's account, then what he signs.
 *
 * The order is that of the signed extensions of which Asset Hub's metadata tells: era, nonce and
 * tip with the call; versions, genesis and the era's block only in the signature.
 */
export const writeUnsigned = (network: PolkadotNetwork, tx: PolkadotTransfer): Uint8Array =>
  Buffer.concat([tx.account, payloadOf(network, tx)])

/** What is signed, unhashed. */
export const payloadOf = (network: PolkadotNetwork, tx: PolkadotTransfer): Uint8Array =>
  Buffer.concat([writeCall(network, tx), writeExtra(tx), writeAdditional(network, tx)])

/** The extrinsic of a signed transfer, as nodes take it. */
export function writeExtrinsic(network: PolkadotNetwork, tx: SignedTransfer): Uint8Array {
  const body = Buffer.concat([
    Uint8Array.of(SIGNED_V4, ADDRESS_ID),
    tx.account,
    Uint8Array.of(KINDS.indexOf(tx.signature.kind)),
    tx.signature.bytes,
    writeExtra(tx),
    writeCall(network, tx),
  ])
  return Buffer.concat([compact(BigInt(body.length)), body])
}

/** The bytes of a signed transfer here: its extrinsic, then what only the signature covers. */
export const writeSigned = (network: PolkadotNetwork, tx: SignedTransfer): Uint8Array =>
  Buffer.concat([writeExtrinsic(network, tx), writeAdditional(network, tx)])

/** The extrinsic in signed bytes, which stands in front. @throws NotScale */
export const extrinsicIn = (signed: Uint8Array): Uint8Array =>
  signed.subarray(0, Math.max(0, signed.length - ADDITIONAL_BYTES))

/** Reads what `writeUnsigned` wrote, and nothing else. @throws NotScale */
export function readUnsigned(network: PolkadotNetwork, bytes: Uint8Array): PolkadotTransfer {
  const reader = scaleReader(bytes)
  const account = reader.take(ACCOUNT_BYTES)
  const call = readCall(network, reader)
  const extra = readExtra(reader)
  const additional = readAdditional(network, reader)
  reader.end()
  return { account, ...call, ...extra, ...additional }
}

/** Reads what `writeSigned` wrote, and nothing else; signatures are not verified. @throws NotScale */
export function readSigned(network: PolkadotNetwork, bytes: Uint8Array): SignedTransfer {
  const reader = scaleReader(extrinsicIn(bytes))
  const length = reader.compact()
  const start = compact(length).length
  if (length !== BigInt(extrinsicIn(bytes).length - start)) {
    throw new NotScale('they have not the length that they say')
  }
  expect(reader.u8(), SIGNED_V4, 'they are no signed extrinsic of version 4')
  expect(reader.u8(), ADDRESS_ID, 'their sender is no account')
  const account = reader.take(ACCOUNT_BYTES)
  const kind = KINDS[reader.u8()]
  if (kind === undefined) throw new NotScale('their signature is of an unknown kind')
  const signature = { kind, bytes: reader.take(SIGNATURE_BYTES) }
  const extra = readExtra(reader)
  const call = readCall(network, reader)
  reader.end()
  const rest = scaleReader(bytes.subarray(extrinsicIn(bytes).length))
  const additional = readAdditional(network, rest)
  rest.end()
  return { account, signature, ...call, ...extra, ...additional }
}

type Call = Pick<PolkadotTransfer, 'call' | 'to' | 'amount'>

function writeCall({ calls }: PolkadotNetwork, { call, to, amount }: Call): Uint8Array {
  const tail = amount === 'all' ? Uint8Array.of(0) : compact(amount)
  return Buffer.concat([Uint8Array.from(calls[call]), Uint8Array.of(ADDRESS_ID), to, tail])
}

const NAMES: readonly TransferName[] = [
  'transfer_keep_alive',
  'transfer_allow_death',
  'transfer_all',
]

function readCall({ calls }: PolkadotNetwork, reader: ScaleReader): Call {
  const [pallet, index] = [reader.u8(), reader.u8()]
  const call = NAMES.find((name) => calls[name][0] === pallet && calls[name][1] === index)
  if (call === undefined) throw new NotScale(`call ${pallet}.${index} is no transfer`)
  expect(reader.u8(), ADDRESS_ID, 'their recipient is no account')
  const to = reader.take(ACCOUNT_BYTES)
  if (call !== 'transfer_all') return { call, to, amount: reader.compact() }
  expect(reader.u8(), 0, 'they leave something with the sender')
  return { call, to, amount: 'all' }
}

type Extra = Pick<PolkadotTransfer, 'era' | 'nonce' | 'tip'>

function writeExtra({ era, nonce, tip }: Extra): Uint8Array {
  const bits = BigInt(Math.log2(era.period) - 1) | (BigInt(era.phase) << 4n)
  const numbers = [littleEndian(bits, 2), compact(nonce), compact(tip)]
  return Buffer.concat([...numbers, Uint8Array.of(NONE, NONE)])
}

function readExtra(reader: ScaleReader): Extra {
  const bits = reader.u16()
  const era = { period: 2 << (bits & 0b1111), phase: bits >> 4 }
  const { period, phase } = era
  if (period < PERIOD_MIN || period > PERIOD_MAX || phase >= period) {
    throw new NotScale('they are not valid for a time that can be read')
  }
  const nonce = reader.compact()
  const tip = reader.compact()
  expect(reader.u8(), NONE, 'their fee is paid in another asset')
  expect(reader.u8(), NONE, 'they name a hash of metadata')
  return { era, nonce, tip }
}

type Additional = Pick<PolkadotTransfer, 'specVersion' | 'transactionVersion' | 'eraBlock'>

const writeAdditional = ({ genesis }: PolkadotNetwork, tx: Additional): Uint8Array =>
  Buffer.concat([
    littleEndian(BigInt(tx.specVersion), 4),
    littleEndian(BigInt(tx.transactionVersion), 4),
    Buffer.from(genesis, 'hex'),
    tx.eraBlock,
    Uint8Array.of(NONE),
  ])

function readAdditional({ genesis }: PolkadotNetwork, reader: ScaleReader): Additional {
  const specVersion = reader.u32()
  const transactionVersion = reader.u32()
  const found = Buffer.from(reader.take(32)).toString('hex')
  if (found !== genesis) throw new NotScale('they are for another network')
  const eraBlock = reader.take(32)
  expect(reader.u8(), NONE, 'they name a hash of metadata')
  return { specVersion, transactionVersion, eraBlock }
}

function expect(found: number, wanted: number, problem: string): void {
  if (found !== wanted) throw new NotScale(problem)
}
