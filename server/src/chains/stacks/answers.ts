import { z } from 'zod'

/** 32 bytes, in lower case. */
const Hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((text) => text.toLowerCase())

const Height = z.int().min(0)

/** microSTX as the API writes them: decimal digits in a text. */
const MicroStx = z
  .string()
  .regex(/^\d{1,39}$/)
  .transform((text) => BigInt(text))

/** microSTX as a node writes them: 16 bytes, or fewer, in hexadecimal. */
const HexMicroStx = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,32}$/)
  .transform((text) => BigInt(text))

/** A number that may be too large, or too fractional, for a float: rounded up. */
const Whole = z.union([z.int().min(0), z.bigint(), z.string()]).transform((value, context) => {
  const [, whole, fraction] = /^(\d{1,30})(?:\.(\d+))?$/.exec(`${value}`) ?? []
  if (whole !== undefined) return BigInt(whole) + (/[1-9]/.test(fraction ?? '') ? 1n : 0n)
  context.addIssue('a number is expected')
  return z.NEVER
})

/** A block of the best chain. Its index hash, unlike its hash, no other fork can have. */
export const Block = z.object({
  canonical: z.boolean(),
  height: Height,
  index_block_hash: Hash,
  parent_index_block_hash: Hash,
  tx_count: z.int().min(0),
})
/** As `Block` reads it. */
export type Block = z.infer<typeof Block>

/** A page of a list; `total` counts the whole. */
const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ total: z.int().min(0), results: z.array(item) })

/** The newest blocks. */
export const Blocks = page(Block)

const TokenTransfer = z.object({
  recipient_address: z.string(),
  amount: MicroStx,
})

/** A transaction in a block, with what it moved if it is a plain transfer. */
export const MinedTx = z.object({
  tx_id: Hash,
  tx_type: z.string(),
  tx_status: z.string(),
  sender_address: z.string(),
  canonical: z.boolean(),
  event_count: z.int().min(0),
  token_transfer: TokenTransfer.optional(),
})
/** As `MinedTx` reads it. */
export type MinedTx = z.infer<typeof MinedTx>

/** A page of a block's transactions. */
export const MinedTxs = page(MinedTx)

/** A transaction that waits. */
export const WaitingTx = MinedTx.pick({ tx_id: true, sender_address: true, token_transfer: true })

/** A page of the mempool. */
export const WaitingTxs = page(WaitingTx)

/** What a contract did in a transaction, as far as STX were moved. */
export const Event = z.object({
  event_index: z.int().min(0),
  event_type: z.string(),
  asset: z
    .object({
      asset_event_type: z.string(),
      sender: z.string().optional(),
      recipient: z.string().optional(),
      amount: MicroStx.optional(),
    })
    .optional(),
})
/** As `Event` reads it. */
export type Event = z.infer<typeof Event>

/** A transaction's events, a page of them. */
export const TxEvents = z.object({ tx_id: Hash, events: z.array(Event) })

/** What has become of a transaction. */
export const TxStatus = z.object({
  tx_status: z.string(),
  canonical: z.boolean().optional(),
  block_height: z.int().optional(),
  fee_rate: MicroStx,
})

/** What an account has. */
export const Account = z.object({ balance: HexMicroStx, locked: HexMicroStx, nonce: Whole })

/** The next nonce of an address, and those below it that nothing uses. */
export const Nonces = z.object({
  possible_next_nonce: Whole,
  detected_missing_nonces: z.array(Whole),
})

/** What network a node is of. */
export const Info = z.object({ network_id: z.int() })

/** Three fees, the lowest first. */
export const FeeEstimations = z.object({
  estimations: z.tuple([
    z.object({ fee: Whole }),
    z.object({ fee: Whole }),
    z.object({ fee: Whole }),
  ]),
})

/** What a byte costs, in microSTX. */
export const FeePerByte = Whole

/** The name of a transaction that a node took. */
export const Accepted = z.string().regex(/^[0-9a-fA-F]{64}$/)

/** Why a node did not take a transaction. */
export const Rejected = z.object({ error: z.string(), reason: z.string().optional() })
