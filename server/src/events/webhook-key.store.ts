import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { WebhookKey } from './webhook-key.ts'

/** A key with its sealed private half. */
export type SealedKey = Readonly<{ key: WebhookKey; sealedPrivateKey: Uint8Array }>

type Row = Readonly<{
  key_id: string
  public_key: Buffer
  sealed_private_key: Buffer
  created_at: Instant
  retires_at: Instant | null
}>

/** Writes the current key of a book; refused by the database while there is another. */
export async function insertWebhookKey(
  dbTx: DbTx,
  bookId: BookId,
  { key, sealedPrivateKey }: SealedKey,
): Promise<void> {
  await dbTx.query(
    `insert into webhook_key (book_id, key_id, public_key, sealed_private_key, created_at)
     values ($1, $2, $3, $4, $5)`,
    [bookId, key.keyId, key.publicKey, sealedPrivateKey, new Date(key.createdAt)],
  )
}

/** Has the current key sign until then, and those that were retiring no more: they are deleted. */
export async function retireWebhookKeys(
  dbTx: DbTx,
  bookId: BookId,
  retiresAt: Instant,
): Promise<void> {
  await deleteWebhookKeys(dbTx, bookId, 'retiring ones')
  await dbTx.query('update webhook_key set retires_at = $2 where book_id = $1', [
    bookId,
    new Date(retiresAt),
  ])
}

/** Deletes keys of a book: nobody can sign with them again. */
export async function deleteWebhookKeys(
  dbTx: DbTx,
  bookId: BookId,
  which: 'all' | 'retiring ones',
): Promise<void> {
  await dbTx.query(
    'delete from webhook_key where book_id = $1 and (retires_at is not null or $2)',
    [bookId, which === 'all'],
  )
}

/** The keys that still sign, the current one first: none, one, or two during a rotation. */
export async function liveWebhookKeys(
  db: Queryable,
  { bookId, now }: Readonly<{ bookId: string; now: Instant }>,
): Promise<readonly SealedKey[]> {
  const rows = await db.query<Row>(
    `select key_id, public_key, sealed_private_key, created_at, retires_at from webhook_key
     where book_id = $1 and (retires_at is null or retires_at > $2)
     order by retires_at desc nulls first`,
    [bookId, new Date(now)],
  )
  return rows.map((row) => ({
    key: {
      keyId: row.key_id,
      publicKey: row.public_key,
      createdAt: row.created_at,
      retiresAt: row.retires_at ?? undefined,
    },
    sealedPrivateKey: row.sealed_private_key,
  }))
}
