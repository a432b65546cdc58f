import type { AssetId, ChainId } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'
import type { DbTx } from '../../shell/db.ts'

/** Coins of one asset that one transaction brings back. */
export type ColdReturn = Readonly<{
  bookId: BookId
  chain: ChainId
  txHash: string
  asset: AssetId
}>

/** Remembers that a transaction brings coins back; the same again changes nothing. */
export async function insertReturn(dbTx: DbTx, one: ColdReturn, now: Instant): Promise<void> {
  await dbTx.query(
    `insert into cold_return (book_id, chain, tx_hash, asset, announced_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [one.bookId, one.chain, one.txHash, one.asset, new Date(now)],
  )
}

/** Whether a transaction was announced. */
export async function isAnnounced(dbTx: DbTx, one: ColdReturn): Promise<boolean> {
  const rows = await dbTx.query(
    `select from cold_return
     where book_id = $1 and chain = $2 and tx_hash = $3 and asset = $4`,
    [one.bookId, one.chain, one.txHash, one.asset],
  )
  return rows.length > 0
}
