import { units, type ChainId } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'
import type { Queryable } from '../../shell/db.ts'
import type { BroadcastMark, Mined, OutgoingKind, OutgoingState } from './outgoing.ts'
import type { AttemptStory, OutgoingStory } from './story.ts'

type Row = Readonly<{
  outgoing_id: string
  chain: ChainId
  kind: OutgoingKind
  object_id: string
  state: OutgoingState
  problem: string | null
  mined_attempt: number | null
  block_height: number | null
  block_hash: string | null
  succeeded: boolean | null
  fee_units: bigint | null
  created_at: Instant
  mined_at: Instant | null
  ended_at: Instant | null
  due_at: Instant | null
  waits_for: string | null
}>

type AttemptRow = Readonly<{
  outgoing_id: string
  attempt: number
  tx_hash: string | null
  broadcast: BroadcastMark | null
  made_at: Instant
  signed_at: Instant | null
  broadcast_at: Instant | null
}>

/** What went out for some objects, the earliest first, with the transactions made for it. */
export async function readStories(
  db: Queryable,
  bookId: BookId,
  objectIds: readonly string[],
): Promise<readonly OutgoingStory[]> {
  const rows = await db.query<Row>(
    `select outgoing_id, chain, kind, object_id, state, problem, mined_attempt,
       block_height, block_hash, succeeded, fee_units, created_at, mined_at, ended_at, due_at,
       waits_for
     from outgoing where book_id = $1 and object_id = any($2::text[])
     order by created_at, outgoing_id`,
    [bookId, objectIds],
  )
  const attempts = await db.query<AttemptRow>(
    `select outgoing_id, attempt, tx_hash, broadcast, made_at, signed_at, broadcast_at
     from outgoing_attempt where book_id = $1 and outgoing_id = any($2::text[])
     order by outgoing_id, attempt`,
    [bookId, rows.map((row) => row.outgoing_id)],
  )
  const byOutgoing = Map.groupBy(attempts, (one) => one.outgoing_id)
  return rows.map((row) => storyOf(row, byOutgoing.get(row.outgoing_id) ?? []))
}

const storyOf = (row: Row, attempts: readonly AttemptRow[]): OutgoingStory => ({
  outgoingId: row.outgoing_id,
  chain: row.chain,
  kind: row.kind,
  objectId: row.object_id,
  state: row.state,
  problem: row.problem ?? undefined,
  mined: minedOf(row),
  createdAt: row.created_at,
  minedAt: row.mined_at ?? undefined,
  endedAt: row.ended_at ?? undefined,
  dueAt: row.due_at ?? undefined,
  waitsFor: row.waits_for ?? undefined,
  attempts: attempts.map(attemptOf),
})

const attemptOf = (row: AttemptRow): AttemptStory => ({
  attempt: row.attempt,
  txHash: row.tx_hash ?? undefined,
  broadcast: row.broadcast ?? undefined,
  madeAt: row.made_at,
  signedAt: row.signed_at ?? undefined,
  broadcastAt: row.broadcast_at ?? undefined,
})

function minedOf(row: Row): Mined | undefined {
  const { mined_attempt: attempt, block_height: height, block_hash: hash } = row
  if (attempt === null || height === null || hash === null) return undefined
  const fee = units(row.fee_units ?? 0n)
  return { attempt, block: { height, hash }, succeeded: row.succeeded === true, fee }
}
