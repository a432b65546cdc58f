import { TronWeb, utils } from 'tronweb'
import { z } from 'zod'

// The library that everybody uses for Tron, as a second opinion on our bytes. Its types say `any`
// for what it reads: it is read by schemas here.

/** A client of tronweb. @param privateKey 64 hexadecimal digits */
export const tronWebOf = (url: string, privateKey: string): TronWeb =>
  new TronWeb({ fullHost: url, privateKey })

const Contract = z.object({
  type: z.enum(['TransferContract', 'TriggerSmartContract']),
  Permission_id: z.int().optional(),
  parameter: z.object({
    value: z.object({
      owner_address: z.string(),
      to_address: z.string().optional(),
      amount: z.int().optional(),
      contract_address: z.string().optional(),
      call_value: z.int().optional(),
      data: z.string().optional(),
    }),
  }),
})

const Raw = z.object({
  contract: z.tuple([Contract]),
  ref_block_bytes: z.string(),
  ref_block_hash: z.string(),
  expiration: z.int(),
  timestamp: z.int(),
  fee_limit: z.int().optional(),
  data: z.string().optional(),
})

/** The parts of a transaction as tronweb reads them; addresses as 21 bytes in hexadecimal. */
export type OthersRaw = z.infer<typeof Raw>

/**
 * What tronweb reads from the bytes of a transaction without signature.
 *
 * @param raw in hexadecimal
 * @returns undefined when it cannot read them, or would write what it read in another way
 */
export function readByTronWeb(raw: string): OthersRaw | undefined {
  for (const type of ['TransferContract', 'TriggerSmartContract']) {
    try {
      const json: unknown = utils.deserializeTx.deserializeTransaction(type, raw)
      const written = utils.transaction.txPbToRawDataHex(
        utils.transaction.txJsonToPb({ raw_data: json }),
      )
      const read = Raw.safeParse(json)
      if (read.success && written.toLowerCase() === raw) return read.data
    } catch {
      // It throws on what it cannot read, and when the type is another one.
    }
  }
  return undefined
}
