import type { BookId, Environment } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'

/** What of an API key never changes. */
export type KeyRow = Readonly<{
  lookup_hash: Buffer
  book_id: BookId
  key_id: string
  sealed_secret: Buffer
}>

/** What of a key and its book may change from one request to the next. */
export type StateRow = Readonly<{
  book_id: BookId
  key_id: string
  org_id: string
  environment: Environment
  clock_offset_ms: number
  demands_signed_reads: boolean
  rate_limit_per_minute: number | null
  ip_list_enabled: boolean
  ranges: readonly string[]
  /** Places (from 1) in the list of signatures of those that had been seen before. */
  repeated: readonly number[]
}>

/** A signature to remember. */
export type SeenSignature = Readonly<{ bookId: BookId; minute: number; hex: string }>

/** Finds keys by the keyed hashes of their secrets; revoked ones are not found. */
export function findKeys(db: Queryable, hashes: readonly Uint8Array[]): Promise<KeyRow[]> {
  return db.query<KeyRow>(
    `select lookup_hash, book_id, key_id, sealed_secret from api_key
     where lookup_hash = any($1::bytea[]) and revoked_at is null`,
    [hashes],
  )
}

/**
 * In one statement: reads the present state of keys and remembers signatures. A key without a row
 * in the answer was revoked.
 *
 * @param signatures different ones, in ascending order of `hex`: two processes that insert the
 *        same ones then wait for each other, and never in a circle
 *
 * The commit does not wait for the disk. That is safe on one server: whatever a request writes
 * comes later in the same log, so that a crash that forgets the signature forgets the work too.
 */
export function admit(
  db: Queryable,
  keys: readonly Readonly<{ bookId: BookId; keyId: string }>[],
  signatures: readonly SeenSignature[],
): Promise<StateRow[]> {
  return db.query<StateRow>(ADMIT, [
    keys.map((key) => key.bookId),
    keys.map((key) => key.keyId),
    textArray(signatures.map((one) => one.bookId)),
    textArray(signatures.map((one) => one.minute)),
    textArray(signatures.map((one) => one.hex)),
  ])
}

const ADMIT = `
  with quick as (select set_config('synchronous_commit', 'off', true)),
  live as (
    select k.book_id, k.key_id, b.org_id, b.environment, b.clock_offset_ms,
      k.demands_signed_reads, k.rate_limit_per_minute, b.ip_list_enabled,
      array(select r.range from ip_range r
            where r.book_id = b.book_id and b.ip_list_enabled order by r.range) as ranges
    from quick, unnest($1::text[], $2::text[]) as asked (book_id, key_id)
    join api_key k on k.book_id = asked.book_id and k.key_id = asked.key_id
    join book b on b.book_id = k.book_id
    where k.revoked_at is null),
  shown as (
    select one.book_id, one.minute, decode(one.hex, 'hex') as signature, one.place
    from unnest($3::text[], $4::int[], $5::text[]) with ordinality
      as one (book_id, minute, hex, place)),
  remembered as (
    insert into seen_signature (book_id, minute, signature)
    select book_id, minute, signature from shown
    on conflict do nothing
    returning signature)
  select live.*, case
      when cardinality($5::text[]) = (select count(*) from remembered) then '{}'
      else array(select place::int from shown
                 where signature not in (select signature from remembered))
    end as repeated
  from live`

/** An array in PostgreSQL's own writing: for texts that need no quoting, quicker than pg's. */
const textArray = (values: readonly (string | number)[]): string => `{${values.join(',')}}`

/** Forgets signatures whose timestamp no longer counts. @param minute the first to keep */
export async function forgetSignatures(db: Queryable, minute: number): Promise<void> {
  await db.query(
    `delete from seen_signature as seen using book
     where seen.book_id = book.book_id and seen.minute < $1`,
    [minute],
  )
}
