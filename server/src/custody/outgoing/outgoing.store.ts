import type { Realm } from '../../chains/contract-book-chain.ts'
import { units, type ChainId } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import { keptTrace } from '../../shell/telemetry/tracing.ts'
import type {
  Mined,
  Outgoing,
  OutgoingKey,
  OutgoingKind,
  OutgoingObject,
  OutgoingRequest,
  OutgoingState,
} from './outgoing.ts'
import { requestFromJson, requestToJson } from './request-json.ts'

type Row = Readonly<{
  book_id: BookId
  outgoing_id: string
  realm: Realm
  chain: ChainId
  kind: OutgoingKind
  object_id: string
  request: unknown
  state: OutgoingState
  problem: string | null
  mined_attempt: number | null
  block_height: number | null
  block_hash: string | null
  succeeded: boolean | null
  fee_units: bigint | null
  lost_looks: number
  poor_since: Instant | null
  created_at: Instant
  due_at: Instant | null
}>

const COLUMNS = `book_id, outgoing_id, realm, chain, kind, object_id, request, state, problem,
  mined_attempt, block_height, block_hash, succeeded, fee_units, lost_looks, poor_since,
  created_at, due_at`

/** Writes down what is to go out. @returns false: this thing was planned before */
export async function insertOutgoing(
  dbTx: DbTx,
  one: Omit<Outgoing, 'state' | 'problem' | 'mined' | 'lostLooks' | 'poorSince' | 'dueAt'>,
): Promise<boolean> {
  const rows = await dbTx.query(
    `insert into outgoing (book_id, outgoing_id, realm, chain, kind, object_id, request, state,
       created_at, due_at, trace)
     values ($1, $2, $3, $4, $5, $6, $7, 'planned', $8, $8, $9)
     on conflict (book_id, kind, object_id) do nothing returning 1 as written`,
    [
      one.bookId,
      one.outgoingId,
      one.realm,
      one.chain,
      one.kind,
      one.objectId,
      JSON.stringify(requestToJson(one.request)),
      new Date(one.createdAt),
      keptTrace() ?? null,
    ],
  )
  return rows.length > 0
}

/** What goes out under a key; absent: there is none. */
export async function findOutgoing(db: Queryable, key: OutgoingKey): Promise<Outgoing | undefined> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from outgoing where book_id = $1 and outgoing_id = $2`,
    [key.book_id, key.outgoing_id],
  )
  return rows[0] && outgoingOf(rows[0])
}

/** What goes out for an object; absent: nothing does. */
export async function findForObject(
  db: Queryable,
  of: OutgoingObject,
): Promise<OutgoingKey | undefined> {
  const rows = await db.query<OutgoingKey>(
    `select book_id, outgoing_id from outgoing
     where book_id = $1 and kind = $2 and object_id = $3`,
    [of.bookId, of.kind, of.objectId],
  )
  return rows[0]
}

/** Changes what is asked for. */
export async function writeRequest(
  dbTx: DbTx,
  key: OutgoingKey,
  request: OutgoingRequest,
): Promise<void> {
  await dbTx.query('update outgoing set request = $3 where book_id = $1 and outgoing_id = $2', [
    key.book_id,
    key.outgoing_id,
    JSON.stringify(requestToJson(request)),
  ])
}

/** Locks it until the dbTx ends, in the state it has then. */
export async function lockOutgoing(dbTx: DbTx, key: OutgoingKey): Promise<Outgoing> {
  const [row] = await dbTx.query<Row>(
    `select ${COLUMNS} from outgoing where book_id = $1 and outgoing_id = $2 for update`,
    [key.book_id, key.outgoing_id],
  )
  if (row === undefined) throw new Error(`there is no outgoing ${key.outgoing_id}`)
  return outgoingOf(row)
}

/** How it goes on. */
export type Step = Readonly<{
  state: OutgoingState
  problem: string | undefined
  mined: Mined | undefined
  lostLooks: number
  /** Forgotten once it is built, or ends. */
  poorSince: Instant | undefined
  /** Absent: at its end, or somebody has to do something. */
  dueAt: Instant | undefined
  /** The address that something else is sent from, for which it waits. */
  waitsFor?: string
}>

/** Writes how it goes on. */
export async function writeStep(
  dbTx: DbTx,
  key: OutgoingKey,
  step: Step & Readonly<{ now: Instant }>,
): Promise<void> {
  const { state, problem, mined, lostLooks, poorSince, dueAt, waitsFor, now } = step
  await dbTx.query(
    `update outgoing set state = $3, problem = $4, mined_attempt = $5, block_height = $6,
       block_hash = $7, succeeded = $8, fee_units = $9, lost_looks = $10, due_at = $11,
       mined_at = case when $7::text is null then null when block_hash = $7 then mined_at
         else $12 end,
       ended_at = case when $3 in ('final', 'failed') then $12 end, waits_for = $13,
       poor_since = case when $3 = 'planned' then $14::timestamptz end
     where book_id = $1 and outgoing_id = $2`,
    [
      key.book_id,
      key.outgoing_id,
      state,
      problem ?? null,
      mined?.attempt ?? null,
      mined?.block.height ?? null,
      mined?.block.hash ?? null,
      mined?.succeeded ?? null,
      mined?.fee ?? null,
      lostLooks,
      dueAt === undefined ? null : new Date(dueAt),
      new Date(now),
      waitsFor ?? null,
      poorSince === undefined ? null : new Date(poorSince),
    ],
  )
}

const outgoingOf = (row: Row): Outgoing => ({
  outgoingId: row.outgoing_id,
  bookId: row.book_id,
  realm: row.realm,
  chain: row.chain,
  kind: row.kind,
  objectId: row.object_id,
  request: requestFromJson(row.request),
  state: row.state,
  problem: row.problem ?? undefined,
  mined: minedOf(row),
  lostLooks: row.lost_looks,
  poorSince: row.poor_since ?? undefined,
  createdAt: row.created_at,
  dueAt: row.due_at ?? undefined,
})

function minedOf(row: Row): Mined | undefined {
  const { mined_attempt: attempt, block_height: height, block_hash: hash } = row
  if (attempt === null || height === null || hash === null) return undefined
  const fee = units(row.fee_units ?? 0n)
  return { attempt, block: { height, hash }, succeeded: row.succeeded === true, fee }
}

/** Lets it rest after too many failures, visibly. */
export async function postponeOutgoing(
  db: Queryable,
  key: OutgoingKey,
  rest: Readonly<{ dueAt: Instant; problem: string }>,
): Promise<void> {
  await db.query(
    `update outgoing set due_at = $3, problem = $4, tries = 0
     where book_id = $1 and outgoing_id = $2 and due_at is not null`,
    [key.book_id, key.outgoing_id, new Date(rest.dueAt), rest.problem],
  )
}

/**
 * What things that are not at their end met at their last try, or wait for somebody to do, by what
 * they are for.
 */
export async function readProblems(
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ object_id: string; problem: string }>(
    `select object_id, problem from outgoing
     where book_id = $1 and object_id = any($2::text[]) and state not in ('final', 'failed')
       and problem is not null`,
    [bookId, objectIds],
  )
  return new Map(rows.map((row) => [row.object_id, row.problem]))
}
