import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { AccountXpub, KeyFamily } from './signer.client.ts'

/** An account key of a book. */
export type BookXpub = AccountXpub & Readonly<{ family: KeyFamily }>

/** The account keys that a book has so far. */
export function readXpubs(db: Queryable, bookId: BookId): Promise<readonly BookXpub[]> {
  return db.query<BookXpub>(
    'select family, xpub, path, fingerprint from xpub where book_id = $1 order by family',
    [bookId],
  )
}

/** Keeps account keys; one that is there already stays as it is. */
export async function insertXpubs(
  dbTx: DbTx,
  bookId: BookId,
  added: Readonly<{ xpubs: readonly BookXpub[]; now: Instant }>,
): Promise<void> {
  const { xpubs, now } = added
  await dbTx.query(
    `insert into xpub (book_id, family, xpub, path, fingerprint, created_at)
     select $1, one.family, one.xpub, one.path, one.fingerprint, $6
     from unnest($2::text[], $3::text[], $4::text[], $5::text[])
       as one (family, xpub, path, fingerprint)
     on conflict do nothing`,
    [
      bookId,
      xpubs.map((one) => one.family),
      xpubs.map((one) => one.xpub),
      xpubs.map((one) => one.path),
      xpubs.map((one) => one.fingerprint),
      new Date(now),
    ],
  )
}

/** A seed under which keys were given out; absent as long as there are none. */
export async function knownFingerprint(db: Queryable): Promise<string | undefined> {
  const rows = await db.query<{ fingerprint: string }>('select fingerprint from xpub limit 1')
  return rows[0]?.fingerprint
}
