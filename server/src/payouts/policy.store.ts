import type { ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import { countsOthers, firstPolicy, type Policy } from './policy.ts'
import { PolicyText, policyText, readPolicy } from './policy-text.ts'

/** A policy with its version; 0 is that of new organizations. */
export type PolicyInForce = Readonly<{
  policy: Policy
  version: number
  since: Instant | undefined
}>

type Row = Readonly<{ version: number; rules: string; in_force_since: Instant }>

const BATCH_MAX = 500

/** The policy in force. Concurrent calls share a statement. */
export const readPolicyInForce: (db: Queryable, bookId: BookId) => Promise<PolicyInForce> =
  gatherOn(
    async (db: Queryable, bookIds: readonly BookId[]): Promise<readonly PolicyInForce[]> => {
      const rows = await db.query<Row & Readonly<{ book_id: BookId }>>(
        `select book_id, version, rules, in_force_since from payout_policy
         where book_id = any($1::text[])`,
        [[...new Set(bookIds)]],
      )
      const byBook = new Map(rows.map((row) => [row.book_id, inForce(row)]))
      return bookIds.map((bookId) => byBook.get(bookId) ?? inForce(undefined))
    },
    { batchMax: BATCH_MAX },
  )

/**
 * The policy by which new payouts are judged. Where it counts those of others, the next who wants
 * to judge waits until the dbTx ends: of two that together are too much, one sees the other.
 */
export async function readPolicyToJudge(dbTx: DbTx, bookId: BookId): Promise<PolicyInForce> {
  const known = await readPolicyInForce(dbTx, bookId)
  if (!countsOthers(known.policy)) return known
  const rows = await dbTx.query<Row>(
    'select version, rules, in_force_since from payout_policy where book_id = $1 for update',
    [bookId],
  )
  return inForce(rows[0])
}

/** Puts a policy in force, as the next version. */
export async function putPolicyInForce(
  dbTx: DbTx,
  bookId: BookId,
  { policy, now }: Readonly<{ policy: Policy; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into payout_policy as known (book_id, version, rules, in_force_since)
     values ($1, 1, $2, $3)
     on conflict (book_id) do update set version = known.version + 1, rules = excluded.rules,
       in_force_since = excluded.in_force_since`,
    [bookId, JSON.stringify(policyText(policy)), new Date(now)],
  )
}

/** A policy's text as it is stored. */
export const storedPolicy = (rules: string): Policy =>
  readPolicy(PolicyText.parse(JSON.parse(rules)))

const inForce = (row: Row | undefined): PolicyInForce =>
  row === undefined
    ? { policy: firstPolicy, version: 0, since: undefined }
    : { policy: storedPolicy(row.rules), version: row.version, since: row.in_force_since }

/** Cents of payouts that count: all but those that failed or were called back, and the subject. */
export async function sumBefore(
  db: Queryable,
  bookId: BookId,
  of: Readonly<{
    subjectId: string
    hourFrom: Instant
    dayFrom: Instant
    /** Later ones do not count; absent: all do. */
    until: Instant | undefined
  }>,
): Promise<Readonly<{ hour: bigint; day: bigint }>> {
  const [row] = await db.query<{ hour: bigint; day: bigint }>(
    `select coalesce(sum(worth_cents) filter (where created_at > $3), 0) as hour,
       coalesce(sum(worth_cents), 0) as day
     from payout where book_id = $1 and created_at > $2
       and created_at <= coalesce($4::timestamptz, 'infinity')
       and status not in ('failed', 'canceled') and coalesce(batch_id, payout_id) <> $5`,
    [
      bookId,
      new Date(of.dayFrom),
      new Date(of.hourFrom),
      of.until === undefined ? null : new Date(of.until),
      of.subjectId,
    ],
  )
  return row ?? { hour: 0n, day: 0n }
}

/** Where something goes. */
export type Place = Readonly<{ chain: ChainId; address: string }>

/** Those of these places that are listed, with when they were. */
export async function listedAmong(
  db: Queryable,
  bookId: BookId,
  places: readonly Place[],
): Promise<readonly (Place & Readonly<{ addedAt: Instant }>)[]> {
  const rows = await db.query<{ chain: ChainId; address: string; added_at: Instant }>(
    `select known.chain, known.address, known.added_at
     from unnest($2::text[], $3::text[]) as one (chain, address)
     join payout_destination known on known.book_id = $1
       and known.chain = one.chain and known.address = one.address`,
    [bookId, places.map((one) => one.chain), places.map((one) => one.address)],
  )
  return rows.map((row) => ({ chain: row.chain, address: row.address, addedAt: row.added_at }))
}
