import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import { TRON_PREFIX } from './address.ts'
import { SUN_MAX } from './facts.ts'
import { readMessage, writeMessage, type FieldValue } from './protobuf.ts'

/** What a transaction does; addresses with their prefix, 21 bytes; amounts in sun. */
export type TronContract =
  | Readonly<{ kind: 'transfer'; owner: Uint8Array; to: Uint8Array; sun: bigint }>
  | Readonly<{
      kind: 'trigger'
      owner: Uint8Array
      contract: Uint8Array
      callSun: bigint
      data: Uint8Array
    }>

/** A transaction without its signature. */
export type RawTransaction = Readonly<{
  /** The block it stands on: bytes 6 and 7 of its height, bytes 8 to 15 of its id. */
  block: Readonly<{ height: Uint8Array; id: Uint8Array }>
  /** It is mined only on a block whose time is before this, in ms. */
  expirationMs: number
  /** When it was made, in ms; nobody checks it. */
  timestampMs: number
  /** The most that may be paid for energy, in sun. */
  feeLimitSun: bigint
  contract: TronContract
}>

const TYPES = { transfer: 1n, trigger: 31n } as const
const NAMES = { transfer: 'TransferContract', trigger: 'TriggerSmartContract' } as const
const typeUrl = (kind: TronContract['kind']): Uint8Array =>
  utf8ToBytes(`type.googleapis.com/protocol.${NAMES[kind]}`)

/**
 * The bytes of a transaction, as every node and wallet writes them.
 *
 * @see https://github.com/tronprotocol/protocol Tron.proto, read 2026-11-20
 */
export function writeRaw(raw: RawTransaction): Uint8Array {
  const { kind } = raw.contract
  const parameter = writeMessage([
    [1, typeUrl(kind)],
    [2, writeContract(raw.contract)],
  ])
  const contract = writeMessage([
    [1, TYPES[kind]],
    [2, parameter],
  ])
  return writeMessage([
    [1, raw.block.height],
    [4, raw.block.id],
    [8, BigInt(raw.expirationMs)],
    [11, contract],
    [14, BigInt(raw.timestampMs)],
    [18, raw.feeLimitSun],
  ])
}

const writeContract = (contract: TronContract): Uint8Array =>
  contract.kind === 'transfer'
    ? writeMessage([
        [1, contract.owner],
        [2, contract.to],
        [3, contract.sun],
      ])
    : writeMessage([
        [1, contract.owner],
        [2, contract.contract],
        [3, contract.callSun],
        [4, contract.data],
      ])

/**
 * Reads a transaction strictly: written again it must give the same bytes, so that there is one
 * sense of them and no field that is not read here (a memo, another permission, a second contract).
 *
 * @throws chain.transaction_not_readable
 */
export function readRaw(chain: ChainId, bytes: Uint8Array): RawTransaction {
  const raw = readFields(bytes)
  if (raw === undefined) throw unreadable(chain, 'they are no transfer and no call of a contract')
  if (bytesToHex(writeRaw(raw)) !== bytesToHex(bytes)) {
    throw unreadable(chain, 'they hold more than a plain transaction, or are written another way')
  }
  return raw
}

function readFields(bytes: Uint8Array): RawTransaction | undefined {
  const fields = readMessage(bytes)
  const contract = readContract(readMessage(bytesOf(fields, 11)))
  const expirationMs = timeOf(fields, 8)
  const timestampMs = timeOf(fields, 14)
  const feeLimitSun = sunOf(fields, 18)
  const block = { height: bytesOf(fields, 1), id: bytesOf(fields, 4) }
  const whole = block.height.length === 2 && block.id.length === 8
  if (!whole || contract === undefined || feeLimitSun === undefined) return undefined
  if (expirationMs === undefined || timestampMs === undefined) return undefined
  return { block, expirationMs, timestampMs, feeLimitSun, contract }
}

type Fields = ReadonlyMap<number, FieldValue> | undefined

function readContract(fields: Fields): TronContract | undefined {
  const parameter = readMessage(bytesOf(fields, 2))
  const value = readMessage(bytesOf(parameter, 2))
  const [owner, other] = [bytesOf(value, 1), bytesOf(value, 2)]
  const sun = sunOf(value, 3)
  if (!isAccount(owner) || !isAccount(other) || sun === undefined) return undefined
  switch (fields?.get(1)) {
    case TYPES.transfer:
      return { kind: 'transfer', owner, to: other, sun }
    case TYPES.trigger:
      return { kind: 'trigger', owner, contract: other, callSun: sun, data: bytesOf(value, 4) }
    default:
      return undefined
  }
}

const isAccount = (bytes: Uint8Array): boolean => bytes.length === 21 && bytes[0] === TRON_PREFIX

const bytesOf = (fields: Fields, number: number): Uint8Array => {
  const value = fields?.get(number)
  return value instanceof Uint8Array ? value : new Uint8Array()
}

/** A field that is absent is zero. */
function sunOf(fields: Fields, number: number): bigint | undefined {
  const value = fields?.get(number) ?? 0n
  return typeof value === 'bigint' && value <= SUN_MAX ? value : undefined
}

function timeOf(fields: Fields, number: number): number | undefined {
  const ms = sunOf(fields, number)
  return ms !== undefined && ms <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(ms) : undefined
}

/** The refusal of bytes that are not understood whole. */
export const unreadable = (chain: ChainId, problem: string): AppError =>
  new AppError('chain.transaction_not_readable', { chain, problem })
