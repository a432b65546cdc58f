import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** Writes the current secret of a book; refused by the database while there is another. */
export async function insertSecret(
  dbTx: DbTx,
  one: Readonly<{ bookId: BookId; secretId: string; sealedSecret: Uint8Array; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into webhook_secret (book_id, secret_id, sealed_secret, created_at)
     values ($1, $2, $3, $4)`,
    [one.bookId, one.secretId, one.sealedSecret, new Date(one.now)],
  )
}

/** Ends every secret of a book: the current one at `retiresAt`, one already retiring at once. */
export async function retireSecrets(
  dbTx: DbTx,
  one: Readonly<{ bookId: BookId; retiresAt: Instant }>,
): Promise<void> {
  await dbTx.query('delete from webhook_secret where book_id = $1 and retires_at is not null', [
    one.bookId,
  ])
  await dbTx.query('update webhook_secret set retires_at = $2 where book_id = $1', [
    one.bookId,
    new Date(one.retiresAt),
  ])
}

/** The secrets that still count, the current one first. */
export function liveSecrets(
  db: Queryable,
  at: Readonly<{ bookId: BookId; now: Instant }>,
): Promise<Readonly<{ sealed_secret: Buffer }>[]> {
  return db.query(
    `select sealed_secret from webhook_secret
     where book_id = $1 and (retires_at is null or retires_at > $2)
     order by retires_at desc nulls first`,
    [at.bookId, new Date(at.now)],
  )
}
