import type { ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import type { OutgoingKind } from './outgoing/outgoing.ts'
import { TREASURY_OWNER } from './treasury-key.store.ts'

/**
 * Takes back the deposits that transactions of ours were taken for while nobody remembered that
 * they are ours: what a sweep brought to the treasury, what a payout left over.
 */
export async function disownDeposits(
  dbTx: DbTx,
  of: Readonly<{
    bookId: BookId
    chain: ChainId
    kind: OutgoingKind
    txHashes: readonly string[]
    now: Instant
  }>,
): Promise<void> {
  await dbTx.query(
    `update deposit set observed = 'gone', block_height = null, block_hash = null, due_at = $4
     where book_id = $1 and chain = $2 and tx_hash = any($3::text[])
       and ($5 in ('sweep', 'gas') or owner_id = $6)`,
    [of.bookId, of.chain, of.txHashes, new Date(of.now), of.kind, TREASURY_OWNER],
  )
}
