import { hexToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { units } from '../../money/units.ts'

/** A hash of a block or transaction. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/)

/** A height or a count. */
export const Height = z.int().min(0)

/** Bytes in hexadecimal. */
export const Bytes = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{2})*$/)
  .transform(hexToBytes)

/** Coins as nodes write them, `0.10000000`, in satoshi. */
export const Amount = z.union([z.string(), z.int()]).transform((given, context) => {
  const [, whole, fraction = ''] = /^(\d{1,8})(?:\.(\d{1,8}))?$/.exec(`${given}`) ?? []
  if (whole !== undefined) return units(BigInt(whole + fraction.padEnd(8, '0')))
  context.addIssue('an amount of coins is expected')
  return z.NEVER
})

/** `getblockchaininfo`. */
export const ChainInfo = z.object({ blocks: Height, bestblockhash: Hash })

/** `getblockheader`; confirmations are -1 off the best chain. */
export const Header = z.object({ height: Height, confirmations: z.int() })

/** `getblock` at verbosity 1. */
export const BlockTxids = z.object({ tx: z.tuple([Hash], Hash) })

/** `getblock` at verbosity 3, as far as it says what was spent. */
export const BlockSpends = z.object({
  height: Height,
  previousblockhash: Hash.optional(),
  tx: z.array(
    z.object({
      vin: z.array(
        z.object({
          prevout: z
            .object({
              generated: z.boolean(),
              height: Height,
              value: Amount,
              scriptPubKey: z.object({ hex: z.string() }),
            })
            .optional(),
        }),
      ),
    }),
  ),
})

/** `scantxoutset`. */
export const CoinScan = z.object({
  success: z.literal(true),
  height: Height,
  bestblock: Hash,
  unspents: z.array(
    z.object({
      txid: Hash,
      vout: z.int().min(0),
      scriptPubKey: z.string(),
      amount: Amount,
      coinbase: z.boolean().default(false),
      height: Height,
    }),
  ),
})

/** `gettxout`: null for what is spent, or was never there. */
export const TxOut = z
  .object({ bestblock: Hash, confirmations: z.int().min(0), coinbase: z.boolean() })
  .nullable()

/** `getrawtransaction` at verbosity 1: where a transaction is, if it is in a block. */
export const TxPlace = z.object({
  blockhash: Hash.optional(),
  confirmations: z.int().optional(),
})

/** `getrawtransaction` at verbosity 2. */
export const TxFee = z.object({ fee: Amount.optional() })

/** `getmempoolinfo`: rates in coins per 1,000 virtual bytes, here in satoshi. */
export const MempoolInfo = z.object({
  mempoolminfee: Amount,
  minrelaytxfee: Amount,
  incrementalrelayfee: Amount.default(units(1000n)),
})

/** `getmempoolentry`: what a transaction and all that wait for it pay together. */
export const MempoolEntry = z.object({ fees: z.object({ descendant: Amount }) })

/** `estimatesmartfee`: no rate where a node has not seen enough. */
export const SmartFee = z.object({ feerate: Amount.optional() })
