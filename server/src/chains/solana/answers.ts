import { z } from 'zod'

/** Lamports and the like: numbers that may be larger than a float holds. */
export const Amount = z
  .union([z.int().min(0), z.bigint().min(0n)])
  .transform((value) => BigInt(value))

/** A slot, or the height of a block. */
export const Place = z.int().min(0)

/** What stands above the transactions of a block. */
export const Header = z.object({
  blockhash: z.string(),
  previousBlockhash: z.string(),
  parentSlot: Place,
})

const TokenBalance = z.object({
  accountIndex: z.int().min(0),
  mint: z.string(),
  /** Very old blocks do not say it. */
  owner: z.string().optional(),
  uiTokenAmount: z.object({ amount: z.string().regex(/^\d+$/).transform(BigInt) }),
})

/** What a transaction changed. */
export const Changes = z.object({
  err: z.unknown(),
  fee: Amount,
  preBalances: z.array(Amount),
  postBalances: z.array(Amount),
  preTokenBalances: z.array(TokenBalance).nullish(),
  postTokenBalances: z.array(TokenBalance).nullish(),
})
/** What a transaction changed. */
export type Changes = z.infer<typeof Changes>

/** A transaction of a block, without its instructions. */
export const BlockTransaction = z.object({
  transaction: z.object({
    signatures: z.array(z.string()).min(1),
    accountKeys: z.array(z.object({ pubkey: z.string() })),
  }),
  meta: Changes,
})
/** A transaction of a block, without its instructions. */
export type BlockTransaction = z.infer<typeof BlockTransaction>

/** A block with its transactions. */
export const Block = Header.extend({ transactions: z.array(BlockTransaction) })

/** An answer with the slot that it is true for. */
export const valued = <Value extends z.ZodType>(
  value: Value,
): z.ZodObject<{ context: z.ZodObject<{ slot: typeof Place }>; value: Value }> =>
  z.object({ context: z.object({ slot: Place }), value })
/** A block with its transactions. */
export type Block = z.infer<typeof Block>
