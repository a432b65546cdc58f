import type { BlockRef } from '../chains/contract.ts'
import type { Book, BookId, Environment } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { WatchKey } from './watch.store.ts'

/** Every watched chain. */
export const listWatchKeys = (db: Queryable): Promise<readonly WatchKey[]> =>
  db.query<WatchKey>('select realm, chain from chain_watch order by realm, chain')

/** The oldest block of a chain that is recorded; absent where none is. */
export async function oldestBlock(db: Queryable, key: WatchKey): Promise<BlockRef | undefined> {
  const [row] = await db.query<BlockRef>(
    `select height, hash from chain_block where realm = $1 and chain = $2
     order by height limit 1`,
    [key.realm, key.chain],
  )
  return row
}

/** The books that use chains of a realm. */
export async function booksIn(db: Queryable, { realm }: WatchKey): Promise<readonly Book[]> {
  const rows = await db.query<{
    book_id: BookId
    org_id: string
    environment: Environment
    clock_offset_ms: number
  }>(
    `select book_id, org_id, environment, clock_offset_ms from book
     where book_id = $1 or environment = $1 order by book_id`,
    [realm],
  )
  return rows.map((row) => ({
    bookId: row.book_id,
    orgId: row.org_id,
    environment: row.environment,
    clockOffsetMs: row.clock_offset_ms,
  }))
}

/** Deposits that are booked as being in a block and that no block was found to hold. */
export function listNotFound(
  db: Queryable,
  key: WatchKey,
  limit: number,
): Promise<readonly Readonly<{ deposit_id: string; tx_hash: string }>[]> {
  return db.query(
    `select deposit_id, tx_hash from deposit
     where realm = $1 and chain = $2 and level in ('confirmed', 'safe', 'final')
       and observed in ('gone', 'seen')
     order by deposit_id limit $3`,
    [key.realm, key.chain, limit],
  )
}
