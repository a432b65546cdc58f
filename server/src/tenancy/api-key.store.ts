import type { BookId, Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { ApiKey } from './api-key.ts'

/** Writes a key. */
export async function insertKey(
  dbTx: DbTx,
  key: Readonly<{
    bookId: BookId
    keyId: string
    name: string
    lookupHash: Uint8Array
    sealedSecret: Uint8Array
    lastFour: string
    demandsSignedReads: boolean
    rateLimitPerMinute: number | undefined
    isApprover: boolean
    now: Instant
  }>,
): Promise<void> {
  await dbTx.query(
    `insert into api_key (book_id, key_id, name, lookup_hash, sealed_secret, last_four,
       demands_signed_reads, rate_limit_per_minute, created_at, is_approver)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      key.bookId,
      key.keyId,
      key.name,
      key.lookupHash,
      key.sealedSecret,
      key.lastFour,
      key.demandsSignedReads,
      key.rateLimitPerMinute ?? null,
      new Date(key.now),
      key.isApprover,
    ],
  )
}

/** Revokes a key from now on; the first revocation's time stays. @returns whether it exists */
export async function revokeKey(
  dbTx: DbTx,
  one: Readonly<{ bookId: BookId; keyId: string; now: Instant }>,
): Promise<boolean> {
  const rows = await dbTx.query(
    `update api_key set revoked_at = coalesce(revoked_at, $3)
     where book_id = $1 and key_id = $2 returning key_id`,
    [one.bookId, one.keyId, new Date(one.now)],
  )
  return rows.length === 1
}

/** Sets what a key's holder may choose. @returns whether it exists */
export async function updateKeyOptions(
  dbTx: DbTx,
  one: Readonly<{
    bookId: BookId
    keyId: string
    demandsSignedReads: boolean
    rateLimitPerMinute: number | undefined
  }>,
): Promise<boolean> {
  const rows = await dbTx.query(
    `update api_key set demands_signed_reads = $3, rate_limit_per_minute = $4
     where book_id = $1 and key_id = $2 returning key_id`,
    [one.bookId, one.keyId, one.demandsSignedReads, one.rateLimitPerMinute ?? null],
  )
  return rows.length === 1
}

type Row = Readonly<{
  key_id: string
  name: string
  environment: Environment
  last_four: string
  demands_signed_reads: boolean
  rate_limit_per_minute: number | null
  is_approver: boolean
  created_at: Instant
  revoked_at: Instant | null
}>

/** The keys of a book, newest first. */
export async function keysOf(db: Queryable, bookId: BookId): Promise<readonly ApiKey[]> {
  const rows = await db.query<Row>(
    `select k.key_id, k.name, b.environment, k.last_four, k.demands_signed_reads,
       k.rate_limit_per_minute, k.is_approver, k.created_at, k.revoked_at
     from api_key k join book b on b.book_id = k.book_id
     where k.book_id = $1 order by k.created_at desc, k.key_id desc`,
    [bookId],
  )
  return rows.map((row) => ({
    keyId: row.key_id,
    name: row.name,
    environment: row.environment,
    lastFour: row.last_four,
    demandsSignedReads: row.demands_signed_reads,
    rateLimitPerMinute: row.rate_limit_per_minute ?? undefined,
    isApprover: row.is_approver,
    createdAt: row.created_at,
    revokedAt: row.revoked_at ?? undefined,
  }))
}

/** Whether a key that is not revoked has this hash in this book. */
export async function keyIsLive(
  db: Queryable,
  one: Readonly<{ bookId: BookId; lookupHash: Uint8Array }>,
): Promise<boolean> {
  const rows = await db.query(
    `select 1 as found from api_key
     where book_id = $1 and lookup_hash = $2 and revoked_at is null`,
    [one.bookId, one.lookupHash],
  )
  return rows.length === 1
}

/** The keys of a book that may approve and are not revoked. */
export async function liveApprovers(db: Queryable, bookId: BookId): Promise<readonly string[]> {
  const rows = await db.query<{ key_id: string }>(
    `select key_id from api_key where book_id = $1 and is_approver and revoked_at is null`,
    [bookId],
  )
  return rows.map((row) => row.key_id)
}
