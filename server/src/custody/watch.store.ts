import type { Realm } from '../chains/contract-book-chain.ts'
import type { BlockRef, Tips } from '../chains/contract.ts'
import type { ChainId } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** The row of a watched chain. */
export type WatchKey = Readonly<{ realm: Realm; chain: ChainId }>

/** Where a chain's tips were at the last look. */
export type TipHeights = Readonly<{
  latestHeight: number
  safeHeight: number
  finalHeight: number
}>

/** How far a chain is recorded. */
export type ChainWatch = WatchKey &
  TipHeights &
  Readonly<{
    state: 'watching' | 'halted'
    problem: string | undefined
    cursor: BlockRef
    /** Raised by each change: whoever read an earlier one changes nothing. */
    version: number
    /** Raised by each request for a look. */
    asks: number
    lookedAt: Instant | undefined
  }>

type Row = Readonly<{
  realm: Realm
  chain: ChainId
  state: 'watching' | 'halted'
  problem: string | null
  cursor_height: number
  cursor_hash: string
  latest_height: number
  safe_height: number
  final_height: number
  version: number
  asks: number
  looked_at: Instant | null
}>

const COLUMNS = `realm, chain, state, problem, cursor_height, cursor_hash, latest_height,
  safe_height, final_height, version, asks, looked_at`

/** The heights of a chain's tips. */
export const heightsOf = ({ latest, safeHeight, finalHeight }: Tips): TipHeights => ({
  latestHeight: latest.height,
  safeHeight,
  finalHeight,
})

/** The watch over a chain; absent when it never began. */
export async function readWatch(db: Queryable, key: WatchKey): Promise<ChainWatch | undefined> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from chain_watch where realm = $1 and chain = $2`,
    [key.realm, key.chain],
  )
  return rows[0] === undefined ? undefined : watchOf(rows[0])
}

/** The watches over several chains; those that never began are left out. */
export async function readWatches(
  db: Queryable,
  keys: readonly WatchKey[],
): Promise<readonly ChainWatch[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from chain_watch
     where (realm, chain) in (select * from unnest($1::text[], $2::text[])) order by chain`,
    [keys.map((one) => one.realm), keys.map((one) => one.chain)],
  )
  return rows.map(watchOf)
}

/** Begins a watch at a block, due at once. One that began before stays as it is. */
export async function insertWatch(
  dbTx: DbTx,
  key: WatchKey,
  begin: Readonly<{ cursor: BlockRef; tips: TipHeights; now: Instant }>,
): Promise<void> {
  const { cursor, tips, now } = begin
  const rows = await dbTx.query(
    `insert into chain_watch (realm, chain, cursor_height, cursor_hash, latest_height, safe_height,
       final_height, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict do nothing returning chain`,
    [
      key.realm,
      key.chain,
      cursor.height,
      cursor.hash,
      tips.latestHeight,
      tips.safeHeight,
      tips.finalHeight,
      new Date(now),
    ],
  )
  if (rows.length === 1) await insertBlocks(dbTx, key, [cursor])
}

/**
 * Moves the watch on, and locks it until the dbTx ends.
 * @returns the watch as it is now; absent when somebody else changed it since it was read
 */
export async function moveWatch(
  dbTx: DbTx,
  from: ChainWatch,
  to: Readonly<{ cursor: BlockRef; tips: TipHeights }>,
): Promise<ChainWatch | undefined> {
  const rows = await dbTx.query<Row>(
    `update chain_watch set version = version + 1, cursor_height = $4, cursor_hash = $5,
       latest_height = $6, safe_height = $7, final_height = $8
     where realm = $1 and chain = $2 and version = $3 and state = 'watching' returning ${COLUMNS}`,
    [
      from.realm,
      from.chain,
      from.version,
      to.cursor.height,
      to.cursor.hash,
      to.tips.latestHeight,
      to.tips.safeHeight,
      to.tips.finalHeight,
    ],
  )
  return rows[0] === undefined ? undefined : watchOf(rows[0])
}

/** Stops a watch until somebody decides; false when somebody else changed it meanwhile. */
export async function haltWatch(dbTx: DbTx, from: ChainWatch, problem: string): Promise<boolean> {
  const rows = await dbTx.query(
    `update chain_watch set version = version + 1, state = 'halted', problem = $4, due_at = null
     where realm = $1 and chain = $2 and version = $3 returning chain`,
    [from.realm, from.chain, from.version, problem],
  )
  return rows.length === 1
}

/** Sets a watch going again from a block, whatever it is doing. */
export async function restartWatch(
  dbTx: DbTx,
  key: WatchKey,
  at: Readonly<{ cursor: BlockRef; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update chain_watch set version = version + 1, state = 'watching', problem = null,
       cursor_height = $3, cursor_hash = $4, due_at = $5 where realm = $1 and chain = $2`,
    [key.realm, key.chain, at.cursor.height, at.cursor.hash, new Date(at.now)],
  )
}

/** What a look came to. */
export type LookEnd = Readonly<{
  /** The watch as it was read before. */
  asks: number
  now: Instant
  dueAt: Instant
  problem: string | undefined
}>

/** Says when to look again: at once when that was asked for since the look began. */
export async function endLook(db: Queryable, key: WatchKey, end: LookEnd): Promise<void> {
  await db.query(
    `update chain_watch set looked_at = case when $6::text is null then $4 else looked_at end,
       problem = case when state = 'halted' then problem else $6 end,
       due_at = case when state = 'halted' then null when asks = $3 then $5 else $4 end
     where realm = $1 and chain = $2`,
    [key.realm, key.chain, end.asks, new Date(end.now), new Date(end.dueAt), end.problem ?? null],
  )
}

/** Asks for a look now; false when the chain is not watched. A halted one stays as it is. */
export async function askForLook(db: Queryable, key: WatchKey, now: Instant): Promise<boolean> {
  const rows = await db.query(
    `update chain_watch set asks = asks + 1,
       due_at = case when state = 'halted' then null else $3::timestamptz end
     where realm = $1 and chain = $2 returning chain`,
    [key.realm, key.chain, new Date(now)],
  )
  return rows.length === 1
}

/** Records blocks. */
export async function insertBlocks(
  dbTx: DbTx,
  key: WatchKey,
  blocks: readonly BlockRef[],
): Promise<void> {
  if (blocks.length === 0) return
  await dbTx.query(
    `insert into chain_block (realm, chain, height, hash)
     select $1, $2, one.* from unnest($3::bigint[], $4::text[]) as one`,
    [key.realm, key.chain, blocks.map((one) => one.height), blocks.map((one) => one.hash)],
  )
}

/** Forgets the blocks outside of these heights. */
export async function keepBlocks(
  dbTx: DbTx,
  key: WatchKey,
  heights: Readonly<{ from: number; upTo: number }>,
): Promise<void> {
  await dbTx.query(
    `delete from chain_block
     where realm = $1 and chain = $2 and (height < $3 or height > $4)`,
    [key.realm, key.chain, heights.from, heights.upTo],
  )
}

/** The recorded blocks at or below a height, the highest first. */
export async function readBlocks(
  db: Queryable,
  key: WatchKey,
  page: Readonly<{ upTo: number; limit: number }>,
): Promise<readonly BlockRef[]> {
  return db.query<BlockRef>(
    `select height, hash from chain_block where realm = $1 and chain = $2 and height <= $3
     order by height desc limit $4`,
    [key.realm, key.chain, page.upTo, page.limit],
  )
}

const watchOf = (row: Row): ChainWatch => ({
  realm: row.realm,
  chain: row.chain,
  state: row.state,
  problem: row.problem ?? undefined,
  cursor: { height: row.cursor_height, hash: row.cursor_hash },
  latestHeight: row.latest_height,
  safeHeight: row.safe_height,
  finalHeight: row.final_height,
  version: row.version,
  asks: row.asks,
  lookedAt: row.looked_at ?? undefined,
})
