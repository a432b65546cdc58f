import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** A request that wants to be the one that does the work of its Idempotency-Key. */
export type ClaimRow = Readonly<{
  bookId: BookId
  key: string
  requestHash: Uint8Array
  /** Names this claim; unique. */
  claim: string
}>

/** What the table says to a claim. A claim that failed with no `hash` lost to one just made. */
export type ClaimResult = Readonly<{
  claimed: boolean
  request_hash: Buffer | null
  status: number | null
  sealed_answer: Buffer | null
}>

/**
 * Claims keys in one statement: those never used, expired, or left behind by a process that died.
 * No key may appear twice. The commit does not wait for the disk: the work commits later, in the
 * same log.
 *
 * @returns one result per claim, in order
 */
export async function claimKeys(
  db: Queryable,
  claims: readonly ClaimRow[],
  times: Readonly<{ now: Instant; claimedUntil: Instant; expiresAt: Instant }>,
): Promise<readonly ClaimResult[]> {
  return db.query<ClaimResult>(CLAIM, [
    claims.map((one) => one.bookId),
    claims.map((one) => one.key),
    claims.map((one) => one.requestHash),
    claims.map((one) => one.claim),
    new Date(times.now),
    new Date(times.claimedUntil),
    new Date(times.expiresAt),
  ])
}

const CLAIM = `
  with quick as (select set_config('synchronous_commit', 'off', true)),
  asked as (
    select one.* from unnest($1::text[], $2::text[], $3::bytea[], $4::text[]) with ordinality
      as one (book_id, idempotency_key, request_hash, claim, place)),
  claimed as (
    insert into idempotency_record as known
      (book_id, idempotency_key, request_hash, claim, claimed_until, expires_at)
    select asked.book_id, asked.idempotency_key, asked.request_hash, asked.claim,
      $6::timestamptz, $7::timestamptz
    from quick, asked order by 1, 2
    on conflict (book_id, idempotency_key) do update
      set request_hash = excluded.request_hash, claim = excluded.claim,
        claimed_until = excluded.claimed_until, expires_at = excluded.expires_at,
        status = null, sealed_answer = null
      where known.expires_at <= $5
        or (known.status is null and known.claimed_until <= $5
          and known.request_hash = excluded.request_hash)
    returning known.claim)
  select claimed.claim is not null as claimed, known.request_hash, known.status,
    known.sealed_answer
  from asked
  left join claimed on claimed.claim = asked.claim
  left join idempotency_record known
    on known.book_id = asked.book_id and known.idempotency_key = asked.idempotency_key
  order by asked.place`

/** Records the answer of a claim that still holds. @returns whether it did */
export async function settleClaim(
  dbTx: DbTx,
  one: Readonly<{
    bookId: BookId
    key: string
    claim: string
    status: number
    sealedAnswer: Uint8Array
  }>,
): Promise<boolean> {
  const rows = await dbTx.query(
    `update idempotency_record set status = $4, sealed_answer = $5
     where book_id = $1 and idempotency_key = $2 and claim = $3 and status is null
     returning claim`,
    [one.bookId, one.key, one.claim, one.status, one.sealedAnswer],
  )
  return rows.length === 1
}

/** Gives a claim up, so that the next request with the key may try at once. */
export async function dropClaim(
  dbTx: DbTx,
  one: Readonly<{ bookId: BookId; key: string; claim: string }>,
): Promise<void> {
  await dbTx.query(
    `delete from idempotency_record
     where book_id = $1 and idempotency_key = $2 and claim = $3 and status is null`,
    [one.bookId, one.key, one.claim],
  )
}

/** Forgets records that have expired, `max` at a time. @returns how many there were */
export async function forgetRecords(
  db: Queryable,
  at: Readonly<{ now: Instant; max: number }>,
): Promise<number> {
  const rows = await db.query(
    `delete from idempotency_record
     where (book_id, idempotency_key) in (
       select book_id, idempotency_key from idempotency_record
       where expires_at <= $1 order by expires_at limit $2)
     returning claim`,
    [new Date(at.now), at.max],
  )
  return rows.length
}
