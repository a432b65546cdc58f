import type { BookId } from '../../shell/book.ts'
import type { Queryable } from '../../shell/db.ts'

/** For which of some objects a node has accepted a transaction, or a block holds one. */
export async function findAccepted(
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ object_id: string }>(
    `select distinct o.object_id from outgoing o
     join outgoing_attempt a on a.book_id = o.book_id and a.outgoing_id = o.outgoing_id
     where o.book_id = $1 and o.object_id = any($2::text[])
       and (a.broadcast = 'accepted' or o.state in ('mined', 'final'))`,
    [bookId, objectIds],
  )
  return new Set(rows.map((row) => row.object_id))
}

/** The hash under which a node may know what goes out for some objects, by object. */
export async function findShownHashes(
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ object_id: string; tx_hash: string }>(
    `select distinct on (o.object_id) o.object_id, a.tx_hash
     from outgoing o join outgoing_attempt a using (book_id, outgoing_id)
     where o.book_id = $1 and o.object_id = any($2::text[]) and a.tx_hash is not null
       and a.broadcast is not null and a.broadcast <> 'refused'
     order by o.object_id, (a.attempt = o.mined_attempt) desc nulls last, a.attempt desc`,
    [bookId, objectIds],
  )
  return new Map(rows.map((row) => [row.object_id, row.tx_hash]))
}
