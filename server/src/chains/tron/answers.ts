import { z } from 'zod'
import type { BlockRef } from '../contract.ts'
import { accountOfHex } from './trc20.ts'

const hexOf = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`))
    .transform((text) => text.toLowerCase())

/** 32 bytes: the name of a block or a transaction, in lower case. */
export const Hash = hexOf(64)

/** An address of 21 bytes as `0x` and 40 digits: how accounts are compared here. */
export const Account = z
  .string()
  .regex(/^41[0-9a-fA-F]{40}$/)
  .transform((text) => accountOfHex(text.toLowerCase()))

/** A whole number that is not negative; beyond 2^53 the reader of answers makes it a bigint. */
export const Whole = z
  .union([z.int().min(0), z.bigint().min(0n)])
  .transform((value) => BigInt(value))

/** Bytes in hexadecimal, in lower case, without `0x`. */
export const Bytes = z
  .string()
  .regex(/^([0-9a-fA-F]{2})*$/)
  .transform((text) => text.toLowerCase())

/** Nodes answer an empty object for what is not there. */
const Nothing = z.strictObject({}).transform(() => undefined)

const RawHeader = z.object({
  blockID: Hash,
  block_header: z.object({
    raw_data: z.object({
      /** Absent in the first block. */
      number: z.int().min(0).default(0),
      timestamp: z.int().min(0).default(0),
      parentHash: Hash,
    }),
  }),
})

/** Where a block stands, and when it was made. */
export type Header = BlockRef & Readonly<{ parentHash: string; timeMs: number }>

const headerOf = ({ blockID, block_header }: z.infer<typeof RawHeader>): Header => {
  const { number, timestamp, parentHash } = block_header.raw_data
  return { height: number, hash: blockID, parentHash, timeMs: timestamp }
}

/** A block without its transactions; undefined where there is none. */
export const Header = z.union([Nothing, RawHeader.transform(headerOf)])

const Transfer = z.object({ owner_address: Account, to_address: Account, amount: Whole })
const Owned = z.object({ owner_address: Account })
const Trigger = z.object({
  owner_address: Account,
  contract_address: Account,
  call_value: Whole.default(0n),
  data: Bytes.default(''),
})

/** What a transaction was made to do. Of other sorts only what accounts they name is known. */
export type Deed =
  | Readonly<{ kind: 'transfer'; owner: string; to: string; sun: bigint }>
  | Readonly<{ kind: 'trigger'; owner: string; contract: string; callSun: bigint; data: string }>
  | Readonly<{
      kind: 'other'
      type: string
      owner: string | undefined
      accounts: readonly string[]
    }>

const Contract = z.union([
  z
    .object({
      type: z.literal('TransferContract'),
      parameter: z.object({ value: Transfer }),
    })
    .transform(({ parameter: { value } }): Deed => {
      const { owner_address: owner, to_address: to, amount: sun } = value
      return { kind: 'transfer', owner, to, sun }
    }),
  z
    .object({
      type: z.literal('TriggerSmartContract'),
      parameter: z.object({ value: Trigger }),
    })
    .transform(({ parameter: { value } }): Deed => {
      const { owner_address: owner, contract_address: contract, data } = value
      return { kind: 'trigger', owner, contract, callSun: value.call_value, data }
    }),
  z
    .object({
      type: z.string().regex(/^(?!(Transfer|TriggerSmart)Contract$)/),
      parameter: z.object({ value: z.unknown() }),
    })
    .transform(({ type, parameter: { value } }): Deed => {
      const owner = Owned.safeParse(value).data?.owner_address
      return { kind: 'other', type, owner, accounts: accountsIn(value) }
    }),
])

/** Every account that stands somewhere in a contract of a sort that is not read. */
function accountsIn(value: unknown): readonly string[] {
  const texts = JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'bigint' ? `${one}` : one,
  )
  return Array.from(texts.matchAll(/"(41[0-9a-fA-F]{40})"/g), ([, hex = '']) =>
    accountOfHex(hex.toLowerCase()),
  )
}

/** A transaction, waiting or in a block. */
export const Transaction = z
  .object({
    txID: Hash,
    ret: z.array(z.object({ contractRet: z.string().optional() })).default([]),
    raw_data: z.object({ contract: z.tuple([Contract], Contract) }),
  })
  .transform(({ txID, ret, raw_data }) => ({
    hash: txID,
    /** How it ended; absent while it waits. */
    result: ret[0]?.contractRet,
    deed: raw_data.contract[0],
  }))
/** As `Transaction` reads it. */
export type Transaction = z.infer<typeof Transaction>

/** A block with its transactions; undefined where there is none. */
export const Block = z.union([
  Nothing,
  RawHeader.extend({ transactions: z.array(Transaction).default([]) }).transform((block) => ({
    ...headerOf(block),
    transactions: block.transactions,
  })),
])
/** A block that is there. */
export type Block = Exclude<z.infer<typeof Block>, undefined>

const Log = z
  .object({
    address: hexOf(40),
    topics: z.array(Hash).default([]),
    data: Bytes.default(''),
  })
  .transform(({ address, topics, data }) => ({
    contract: `0x${address}`,
    topics: topics.map((topic) => `0x${topic}`),
    data: `0x${data}`,
  }))

/** What a contract sent to may be written in another way: then it is no account of ours. */
const AnyAccount = z
  .string()
  .default('')
  .transform((text) => Account.safeParse(text).data)

const InternalTransaction = z
  .object({
    caller_address: AnyAccount,
    transferTo_address: AnyAccount,
    callValueInfo: z
      .array(z.object({ callValue: Whole.default(0n), tokenId: z.unknown().optional() }))
      .default([]),
    rejected: z.boolean().default(false),
  })
  .transform((one) => ({
    from: one.caller_address,
    to: one.transferTo_address,
    rejected: one.rejected,
    /** Coins alone: what has a token id is another asset of the first kind. */
    sun: one.callValueInfo
      .filter(({ tokenId }) => tokenId === undefined)
      .reduce((sum, { callValue }) => sum + callValue, 0n),
  }))

const RawInfo = z.object({
  id: Hash,
  fee: Whole.default(0n),
  blockNumber: z.int().min(0),
  result: z.string().optional(),
  receipt: z.object({ result: z.string().optional() }).default({}),
  log: z.array(Log).default([]),
  internal_transactions: z.array(InternalTransaction).default([]),
})

const infoOf = (info: z.infer<typeof RawInfo>) => ({
  hash: info.id,
  height: info.blockNumber,
  feeSun: info.fee,
  /** How its contract ended; absent where it called none. */
  result: info.receipt.result,
  logs: info.log,
  internals: info.internal_transactions,
})

/** What a transaction did; undefined where it is in no block. */
export const Info = z.union([Nothing, RawInfo.transform(infoOf)])
/** What a mined transaction did. */
export type Info = ReturnType<typeof infoOf>

/** What all transactions of a block did. */
export const Infos = z.union([z.array(RawInfo.transform(infoOf)), Nothing])

/** An account; one that was never paid is empty, and has nothing. */
export const AccountState = z.object({
  address: z.string().optional(),
  balance: Whole.default(0n),
  type: z.string().optional(),
})

/** What a call would answer. */
export const CallAnswer = z.object({
  result: z.object({ result: z.boolean().default(false), message: z.string().optional() }),
  constant_result: z.array(Bytes).default([]),
  energy_used: Whole.default(0n),
})
