import type { BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { numberArray, textArray } from './array-literal.ts'
import type { EntryId } from './transfer.ts'

/** Where a book's chain of hashes ends. */
export type SealHead = Readonly<{ position: number; hash: Buffer }>

/** A link of the chain. */
export type Seal = Readonly<{
  position: number
  entryId: EntryId
  previousHash: Buffer
  hash: Buffer
}>

/** Books in which something waits to be sealed, after this one. */
export async function unsealedBooks(
  db: Queryable,
  page: Readonly<{ after: string; limit: number }>,
): Promise<readonly BookId[]> {
  const rows = await db.query<{ book_id: BookId }>(
    'select distinct book_id from unsealed where book_id > $1 order by book_id limit $2',
    [page.after, page.limit],
  )
  return rows.map((row) => row.book_id)
}

/**
 * Takes writes of a book out of the waiting ones, oldest id first; who seals the same book at the
 * same time waits here.
 */
export async function takeUnsealed(
  dbTx: DbTx,
  bookId: BookId,
  batchesMax: number,
): Promise<readonly EntryId[]> {
  const rows = await dbTx.query<{ entry_ids: EntryId[] }>(
    `delete from unsealed where book_id = $1 and batch_id = any(array(
       select batch_id from unsealed where book_id = $1 order by batch_id limit $2 for update))
     returning entry_ids`,
    [bookId, batchesMax],
  )
  return rows.flatMap((row) => row.entry_ids)
}

/** The last link of a book's chain; absent while nothing is sealed. */
export async function findSealHead(db: Queryable, bookId: BookId): Promise<SealHead | undefined> {
  const [head] = await db.query<SealHead>(
    'select position, hash from seal where book_id = $1 order by position desc limit 1',
    [bookId],
  )
  return head
}

/** Adds links; two sealers that add the same position meet the primary key (23505). */
export async function insertSeals(
  dbTx: DbTx,
  bookId: BookId,
  seals: readonly Seal[],
): Promise<void> {
  await dbTx.query(
    `insert into seal (book_id, position, entry_id, previous_hash, hash)
     select $1, position, entry_id, decode(previous_hash, 'hex'), decode(hash, 'hex')
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[])
       as s (position, entry_id, previous_hash, hash)`,
    [
      bookId,
      numberArray(seals.map((one) => one.position)),
      textArray(seals.map((one) => one.entryId)),
      textArray(seals.map((one) => one.previousHash.toString('hex'))),
      textArray(seals.map((one) => one.hash.toString('hex'))),
    ],
  )
}
