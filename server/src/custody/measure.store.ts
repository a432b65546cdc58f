import type { ChainId } from '../money/units.ts'
import type { Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import type { OutgoingState } from './outgoing/outgoing.ts'

/** Where a chain that is reached through nodes stood at the last look at it. */
export type ChainMeasure = Readonly<{
  environment: Environment
  chain: ChainId
  isHalted: boolean
  latest: number
  safe: number
  final: number
  /** The height up to which everything is recorded. */
  recorded: number
  lookedAt: Instant | undefined
}>

/** What is on its way out. */
export type OutgoingMeasure = Readonly<{
  environment: Environment
  chain: ChainId
  state: OutgoingState
  count: number
  oldestAt: Instant
}>

/** So much of what is on its way is looked at, the longest due first. */
export const OUTGOING_MAX = 10_000

/** The real chains; those of sandboxes are as many as there are sandboxes. */
export async function readChainMeasures(db: Queryable): Promise<readonly ChainMeasure[]> {
  const rows = await db.query<Omit<ChainMeasure, 'lookedAt'> & { looked_at: Instant | null }>(
    `select realm as environment, chain, state = 'halted' as "isHalted", latest_height as latest,
       safe_height as safe, final_height as final, cursor_height as recorded, looked_at
     from chain_watch where realm in ('live', 'test') order by realm, chain`,
  )
  return rows.map(({ looked_at, ...row }) => ({ ...row, lookedAt: looked_at ?? undefined }))
}

/** What is on its way out, by where it goes and how far it is. */
export async function readOutgoingMeasures(db: Queryable): Promise<readonly OutgoingMeasure[]> {
  const rows = await db.query<Omit<OutgoingMeasure, 'oldestAt'> & { oldest_at: Instant }>(
    `select book.environment, one.chain, one.state, count(*) as count,
       min(one.created_at) as oldest_at
     from (select book_id, chain, state, created_at from outgoing
           where due_at is not null order by due_at limit ${OUTGOING_MAX}) as one
     join book using (book_id) group by book.environment, one.chain, one.state`,
  )
  return rows.map(({ oldest_at, ...row }) => ({ ...row, oldestAt: oldest_at }))
}
