import type { Queryable } from '../../shell/db.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import type { ChainKey } from './chain-state.ts'
import { transferOf, type SimulatedTransfer, type TransferRow } from './tx.store.ts'

/** A transfer with its transaction and, once mined, its height. */
export type SeenTransfer = SimulatedTransfer & Readonly<{ txHash: string; height: number | null }>

type SeenRow = TransferRow & Readonly<{ tx_hash: string; height: number | null }>

const seenOf = (row: SeenRow): SeenTransfer => ({
  ...transferOf(row),
  txHash: row.tx_hash,
  height: row.height,
})

/**
 * The transfers of some assets in the blocks after `after` up to `upTo`, in the order of the chain.
 *
 * @param range.phantoms also those that never happened
 */
export async function transfersMined(
  db: Queryable,
  key: ChainKey,
  range: Readonly<{ after: number; upTo: number; assets: readonly AssetId[]; phantoms: boolean }>,
): Promise<readonly SeenTransfer[]> {
  const rows = await db.query<SeenRow>(
    `select t.index, t.asset, t.from_address, t.to_address, t.units, x.tx_hash, x.height
     from simulated_tx x
     join simulated_transfer t using (book_id, chain, tx_hash)
     where x.book_id = $1 and x.chain = $2 and x.height > $3 and x.height <= $4
       and t.asset = any($5::text[]) and ($6 or not x.phantom)
     order by x.height, x.number, t.line`,
    [key.bookId, key.chain, range.after, range.upTo, range.assets, range.phantoms],
  )
  return rows.map(seenOf)
}

/** The transfers of some assets that wait in the mempool, in the order of submission. */
export async function transfersWaiting(
  db: Queryable,
  key: ChainKey,
  of: Readonly<{ assets: readonly AssetId[]; phantoms: boolean }>,
): Promise<readonly SeenTransfer[]> {
  const rows = await db.query<SeenRow>(
    `select t.index, t.asset, t.from_address, t.to_address, t.units, x.tx_hash, x.height
     from simulated_tx x
     join simulated_transfer t using (book_id, chain, tx_hash)
     where x.book_id = $1 and x.chain = $2 and x.state = 'waiting'
       and t.asset = any($3::text[]) and ($4 or not x.phantom)
     order by x.number, t.line`,
    [key.bookId, key.chain, of.assets, of.phantoms],
  )
  return rows.map(seenOf)
}

/**
 * What an address received less what it sent, up to a height. Transfers that a lying node invents
 * move nothing, so a look at the balance finds the lie out.
 */
export async function balanceAt(
  db: Queryable,
  key: ChainKey,
  of: Readonly<{ address: string; asset: AssetId; height: number }>,
): Promise<Units> {
  const [row] = await db.query<{ units: bigint }>(
    `select coalesce(sum(case when t.to_address = $3 then t.units else 0 end)
       - sum(case when t.from_address = $3 then t.units else 0 end), 0) as units
     from simulated_transfer t
     join simulated_tx x using (book_id, chain, tx_hash)
     where t.book_id = $1 and t.chain = $2 and (t.to_address = $3 or t.from_address = $3)
       and t.asset = $4 and x.height <= $5 and not x.phantom`,
    [key.bookId, key.chain, of.address, of.asset, of.height],
  )
  return units(row?.units ?? 0n)
}
