import type { ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** Which payout. */
export type PayoutKey = Readonly<{ book_id: BookId; payout_id: string }>

/** Whether a payout waits for its dispatch, and on which chain. */
export async function findUndispatched(
  db: Queryable,
  key: PayoutKey,
): Promise<ChainId | undefined> {
  const [row] = await db.query<{ chain: ChainId }>(
    `select chain from payout where book_id = $1 and payout_id = $2 and due_at is not null`,
    [key.book_id, key.payout_id],
  )
  return row?.chain
}

/** The payouts of a book on a chain that are due, the oldest first. */
export async function findDue(
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId; now: Instant; limit: number }>,
): Promise<readonly string[]> {
  const rows = await db.query<{ payout_id: string }>(
    `select payout_id from payout where book_id = $1 and chain = $2 and due_at <= $3
     order by payout_id limit $4`,
    [of.bookId, of.chain, new Date(of.now), of.limit],
  )
  return rows.map((row) => row.payout_id)
}

/** Locks those of these payouts that are not dispatched yet. */
export async function lockUndispatched(
  dbTx: DbTx,
  bookId: BookId,
  payoutIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await dbTx.query<{ payout_id: string }>(
    `select payout_id from payout
     where book_id = $1 and payout_id = any($2::text[]) and due_at is not null
     order by payout_id for no key update`,
    [bookId, payoutIds],
  )
  return rows.map((row) => row.payout_id)
}

/** Payouts that go out in one transaction. */
export type Dispatch = Readonly<{
  bookId: BookId
  dispatchId: string
  chain: ChainId
  payoutIds: readonly string[]
  createdAt: Instant
}>

/** Writes down which transaction payouts go out in. The caller holds their locks. */
export async function insertDispatch(dbTx: DbTx, dispatch: Dispatch): Promise<void> {
  const { bookId, dispatchId, chain, payoutIds, createdAt } = dispatch
  await dbTx.query(
    `with made as (
       insert into payout_dispatch (book_id, dispatch_id, chain, created_at)
       values ($1, $2, $3, $4))
     update payout set dispatch_id = $2, due_at = null, problem = null,
       waits_for = null
     where book_id = $1 and payout_id = any($5::text[])`,
    [bookId, dispatchId, chain, new Date(createdAt), payoutIds],
  )
}
