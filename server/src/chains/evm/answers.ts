import { z } from 'zod'

/** A whole number as nodes write it, of at most 256 bits: `0x1b4`. */
export const Quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform((text) => BigInt(text))

/** A block's height; below 2 ** 53 on every chain there is. */
export const Height = z
  .string()
  .regex(/^0x0*[0-9a-fA-F]{1,13}$/)
  .transform((text) => Number.parseInt(text, 16))

/** 32 bytes, in lower case. */
export const Hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((text) => text.toLowerCase())

/** 20 bytes, in lower case: how addresses are compared here. Outwards they are checksummed. */
export const RawAddress = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase())

const Bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/)

/** A block's header, with the filter that tells which logs it cannot hold. */
export const Header = z.object({
  number: Height,
  hash: Hash,
  parentHash: Hash,
  logsBloom: z.string().regex(/^0x[0-9a-fA-F]{512}$/),
})

/** A transaction as blocks and the mempool show it. */
export const Transaction = z.object({
  hash: Hash,
  from: RawAddress,
  /** Absent where the transaction makes a contract. */
  to: RawAddress.nullish(),
  value: Quantity,
  gas: Quantity,
  input: Bytes,
})
/** As `Transaction` reads it. */
export type Transaction = z.infer<typeof Transaction>

/** A block with its transactions. */
export const Block = Header.extend({ transactions: z.array(Transaction) })
/** As `Block` reads it. */
export type Block = z.infer<typeof Block>

/** The block that a node would make now: what of the mempool it shows. It has no place yet. */
export const PendingBlock = z.object({
  number: Height.nullish(),
  transactions: z.array(Transaction),
})

/** The mempool by sender and nonce. */
export const Pool = z.object({
  pending: z.record(z.string(), z.record(z.string(), Transaction)),
})

/** What a contract wrote down in a block. */
export const Log = z.object({
  address: RawAddress,
  topics: z.array(Hash),
  data: Bytes,
  blockHash: Hash,
  blockNumber: Height,
  transactionHash: Hash,
  logIndex: Height,
})
/** As `Log` reads it. */
export type Log = z.infer<typeof Log>

/** What a transaction did. The optional fees exist on rollups and on transactions with blobs. */
export const Receipt = z.object({
  transactionHash: Hash,
  blockHash: Hash,
  status: Quantity,
  gasUsed: Quantity,
  effectiveGasPrice: Quantity,
  l1Fee: Quantity.nullish(),
  blobGasUsed: Quantity.nullish(),
  blobGasPrice: Quantity.nullish(),
  logs: z.array(Log),
})
/** As `Receipt` reads it. */
export type Receipt = z.infer<typeof Receipt>

/** What its sender paid for a transaction: for gas, blobs, and a rollup's bytes on its main chain. */
export const feeOfReceipt = (receipt: Omit<Receipt, 'logs'>): bigint =>
  receipt.gasUsed * receipt.effectiveGasPrice +
  (receipt.blobGasUsed ?? 0n) * (receipt.blobGasPrice ?? 0n) +
  (receipt.l1Fee ?? 0n)

/** One transaction's calls, or why there are none; the tree of calls is read by `movesOf`. */
export const Trace = z.object({
  txHash: Hash.nullish(),
  result: z.unknown().optional(),
  error: z.string().nullish(),
})
/** As `Trace` reads it. */
export type Trace = z.infer<typeof Trace>

/** One call of a trace. Calls lie within calls, up to 1,024 deep: no recursive schema survives it. */
export const Frame = z.object({
  type: z.string(),
  from: RawAddress,
  to: RawAddress.nullish(),
  value: Quantity.nullish(),
  error: z.string().nullish(),
  calls: z.array(z.unknown()).nullish(),
})
