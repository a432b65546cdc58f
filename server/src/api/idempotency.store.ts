import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** An Idempotency-Key of a book. */
export type RecordKey = Readonly<{ bookId: BookId; key: string }>

/** A request that wants to be the one that does the work of its key. */
export type ClaimRow = RecordKey &
  Readonly<{
    requestHash: Uint8Array
    /** Names this claim; unique. */
    claim: string
  }>

/** What a key stands for; without `sealed_answer` somebody is at work, until `claimed_until`. */
export type RecordRow = Readonly<{
  request_hash: Buffer
  claimed_until: Instant
  sealed_answer: Buffer | null
  expires_at: Instant
}>

/** Reads what keys stand for. @returns one entry per key, in order */
export async function findRecords(
  db: Queryable,
  keys: readonly RecordKey[],
): Promise<readonly (RecordRow | undefined)[]> {
  const rows = await db.query<RecordRow & Readonly<{ place: number }>>(
    `select asked.place::int, known.request_hash, known.claimed_until, known.sealed_answer,
       known.expires_at
     from unnest($1::text[], $2::text[]) with ordinality
       as asked (book_id, idempotency_key, place)
     join idempotency_record known on known.book_id = asked.book_id
       and known.idempotency_key = asked.idempotency_key`,
    [keys.map((one) => one.bookId), keys.map((one) => one.key)],
  )
  const byPlace = new Map(rows.map((row) => [row.place, row]))
  return keys.map((_, index) => byPlace.get(index + 1))
}

/** A record without an answer may be taken over when its time is over, and any when it expired. */
const MAY_BE_REPLACED = `
  (known.expires_at <= $5::timestamptz
    or (known.sealed_answer is null and known.claimed_until <= $5::timestamptz))`

/**
 * Claims a key that was never used, has expired, or was left behind by a process that died.
 *
 * @returns whether it did
 */
export async function claimKey(
  db: Queryable,
  row: ClaimRow,
  times: Readonly<{ now: Instant; claimedUntil: Instant; expiresAt: Instant }>,
): Promise<boolean> {
  const rows = await db.query(
    `insert into idempotency_record as known
       (book_id, idempotency_key, request_hash, claim, claimed_until, expires_at)
     values ($1, $2, $3, $4, $6, $7)
     on conflict (book_id, idempotency_key) do update
       set request_hash = excluded.request_hash, claim = excluded.claim,
         claimed_until = excluded.claimed_until, expires_at = excluded.expires_at,
         status = null, sealed_answer = null
       where ${MAY_BE_REPLACED}
     returning claim`,
    [
      row.bookId,
      row.key,
      row.requestHash,
      row.claim,
      new Date(times.now),
      new Date(times.claimedUntil),
      new Date(times.expiresAt),
    ],
  )
  return rows.length === 1
}

/** The answer of a key, to be kept. */
export type AnswerRow = ClaimRow & Readonly<{ status: number; sealedAnswer: Uint8Array }>

/** Records the answer of a claim that still holds. @returns whether it did */
export async function settleClaim(dbTx: DbTx, row: AnswerRow): Promise<boolean> {
  const rows = await dbTx.query(
    `update idempotency_record set status = $4, sealed_answer = $5
     where book_id = $1 and idempotency_key = $2 and claim = $3 and sealed_answer is null
     returning claim`,
    [row.bookId, row.key, row.claim, row.status, row.sealedAnswer],
  )
  return rows.length === 1
}

/**
 * Records answers of keys that nobody claimed, in the dbTx of the work; the same key never twice.
 * Waits for another dbTx that does the same, if there is one.
 *
 * @returns whether it recorded all; false when a key stands for something by now
 */
export async function recordAnswers(
  dbTx: DbTx,
  rows: readonly AnswerRow[],
  times: Readonly<{ now: Instant; expiresAt: Instant }>,
): Promise<boolean> {
  const recorded = await dbTx.query(
    `insert into idempotency_record as known
       (book_id, idempotency_key, request_hash, claim, claimed_until, expires_at,
        status, sealed_answer)
     select one.book_id, one.idempotency_key, one.request_hash, one.claim, $5, $6,
       one.status, one.sealed_answer
     from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $7::int[], $8::bytea[])
       as one (book_id, idempotency_key, request_hash, claim, status, sealed_answer)
     order by 1, 2
     on conflict (book_id, idempotency_key) do update
       set request_hash = excluded.request_hash, claim = excluded.claim,
         claimed_until = excluded.claimed_until, expires_at = excluded.expires_at,
         status = excluded.status, sealed_answer = excluded.sealed_answer
       where ${MAY_BE_REPLACED}
     returning known.claim`,
    [
      rows.map((row) => row.bookId),
      rows.map((row) => row.key),
      rows.map((row) => row.requestHash),
      rows.map((row) => row.claim),
      new Date(times.now),
      new Date(times.expiresAt),
      rows.map((row) => row.status),
      rows.map((row) => row.sealedAnswer),
    ],
  )
  return recorded.length === rows.length
}

/** Puts another answer in the place of the one that a claim has recorded. */
export async function amendAnswer(dbTx: DbTx, row: AnswerRow): Promise<void> {
  await dbTx.query(
    `update idempotency_record set status = $4, sealed_answer = $5
     where book_id = $1 and idempotency_key = $2 and claim = $3`,
    [row.bookId, row.key, row.claim, row.status, row.sealedAnswer],
  )
}

/** Gives a claim up, so that the next request with the key may try at once. */
export async function dropClaim(dbTx: DbTx, row: ClaimRow): Promise<void> {
  await dbTx.query(
    `delete from idempotency_record
     where book_id = $1 and idempotency_key = $2 and claim = $3 and sealed_answer is null`,
    [row.bookId, row.key, row.claim],
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
