import type { AccountMeta, Instruction } from './message.ts'
import { programs } from './programs.ts'
import { associatedAccount } from './token-account.ts'

/** One instruction of a payment, as what it means. */
export type Step =
  | Readonly<{ kind: 'unit_limit'; units: number }>
  /** @property price millionths of a lamport per compute unit */
  | Readonly<{ kind: 'unit_price'; price: bigint }>
  /** Opens the owner's usual account of a token where it is not there yet. */
  | Readonly<{ kind: 'open_account'; payer: string; owner: string; mint: string }>
  | Readonly<{ kind: 'coins'; from: string; to: string; lamports: bigint }>
  | Readonly<{
      kind: 'tokens'
      /** The owner of `source`. */
      authority: string
      mint: string
      source: string
      destination: string
      units: bigint
      decimals: number
    }>
  /** Whatever else a transaction does. */
  | Readonly<{ kind: 'other'; instruction: Instruction }>

const LIMIT_BYTES = 5
const PRICE_BYTES = 9
const COINS_BYTES = 12
const TOKENS_BYTES = 10

/** The first bytes of the calls: each program's own numbers. */
const SET_UNIT_LIMIT = 2
const SET_UNIT_PRICE = 3
const CREATE_IDEMPOTENT = 1
const SYSTEM_TRANSFER = 2
const TRANSFER_CHECKED = 12

/** The instruction of a step. */
export function instructionOf(step: Step): Instruction {
  switch (step.kind) {
    case 'unit_limit': {
      const data = dataOf(LIMIT_BYTES, SET_UNIT_LIMIT)
      data.setUint32(1, step.units, true)
      return { program: programs.computeBudget, accounts: [], data: bytesOf(data) }
    }
    case 'unit_price': {
      const data = dataOf(PRICE_BYTES, SET_UNIT_PRICE)
      data.setBigUint64(1, step.price, true)
      return { program: programs.computeBudget, accounts: [], data: bytesOf(data) }
    }
    case 'open_account':
      return {
        program: programs.associatedToken,
        accounts: [
          signing(step.payer),
          writable(associatedAccount(step.owner, step.mint).address),
          readable(step.owner),
          readable(step.mint),
          readable(programs.system),
          readable(programs.token),
        ],
        data: Uint8Array.of(CREATE_IDEMPOTENT),
      }
    case 'coins': {
      const data = dataOf(COINS_BYTES, SYSTEM_TRANSFER)
      data.setBigUint64(4, step.lamports, true)
      const accounts = [signing(step.from), writable(step.to)]
      return { program: programs.system, accounts, data: bytesOf(data) }
    }
    case 'tokens': {
      const data = dataOf(TOKENS_BYTES, TRANSFER_CHECKED)
      data.setBigUint64(1, step.units, true)
      data.setUint8(9, step.decimals)
      const accounts = [
        writable(step.source),
        readable(step.mint),
        writable(step.destination),
        { address: step.authority, signer: true, writable: false },
      ]
      return { program: programs.token, accounts, data: bytesOf(data) }
    }
    case 'other':
      return step.instruction
  }
}

/** What an instruction means; `other` unless it is exactly one of ours. */
export function stepOf(instruction: Instruction): Step {
  const read = readers[instruction.program]
  return read?.(instruction) ?? { kind: 'other', instruction }
}

type Reader = (instruction: Instruction) => Step | undefined

const readers: Readonly<Partial<Record<string, Reader>>> = {
  [programs.computeBudget]: ({ accounts, data }) => {
    if (accounts.length > 0) return undefined
    const view = viewOf(data)
    if (data.length === LIMIT_BYTES && data[0] === SET_UNIT_LIMIT) {
      return { kind: 'unit_limit', units: view.getUint32(1, true) }
    }
    if (data.length !== PRICE_BYTES || data[0] !== SET_UNIT_PRICE) return undefined
    return { kind: 'unit_price', price: view.getBigUint64(1, true) }
  },
  [programs.associatedToken]: ({ accounts, data }) => {
    const [payer, account, owner, mint, system, token, ...more] = accounts.map(addressOf)
    if (data.length !== 1 || data[0] !== CREATE_IDEMPOTENT || more.length > 0) return undefined
    if (payer === undefined || owner === undefined || mint === undefined) return undefined
    if (system !== programs.system || token !== programs.token) return undefined
    if (account !== associatedAccount(owner, mint).address) return undefined
    return { kind: 'open_account', payer, owner, mint }
  },
  [programs.system]: ({ accounts, data }) => {
    const [from, to, ...more] = accounts.map(addressOf)
    if (from === undefined || to === undefined || more.length > 0) return undefined
    const view = viewOf(data)
    if (data.length !== COINS_BYTES || view.getUint32(0, true) !== SYSTEM_TRANSFER) return undefined
    return { kind: 'coins', from, to, lamports: view.getBigUint64(4, true) }
  },
  [programs.token]: ({ accounts, data }) => {
    const [source, mint, destination, authority, ...more] = accounts.map(addressOf)
    if (source === undefined || mint === undefined || more.length > 0) return undefined
    if (destination === undefined || authority === undefined) return undefined
    if (data.length !== TOKENS_BYTES || data[0] !== TRANSFER_CHECKED) return undefined
    const view = viewOf(data)
    const amount = { units: view.getBigUint64(1, true), decimals: view.getUint8(9) }
    return { kind: 'tokens', authority, mint, source, destination, ...amount }
  },
}

const addressOf = ({ address }: AccountMeta): string => address
const signing = (address: string): AccountMeta => ({ address, signer: true, writable: true })
const writable = (address: string): AccountMeta => ({ address, signer: false, writable: true })
const readable = (address: string): AccountMeta => ({ address, signer: false, writable: false })

function dataOf(length: number, call: number): DataView {
  const data = new DataView(new ArrayBuffer(length))
  data.setUint8(0, call)
  return data
}

const viewOf = (data: Uint8Array): DataView =>
  new DataView(data.buffer, data.byteOffset, data.byteLength)

const bytesOf = (data: DataView): Uint8Array => new Uint8Array(data.buffer)
