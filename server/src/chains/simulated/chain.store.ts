import { units } from '../../money/units.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import type { Instant } from '../../shell/clock.ts'
import type { Lie } from '../sandbox-node.ts'
import { START_HEIGHT, usualBehaviour, type ChainKey, type ChainState } from './chain-state.ts'
import type { Fork } from './derive.ts'

type ChainRow = Readonly<{
  seed: string
  height: number
  mined_at: Instant
  salt: number
  tx_count: number
  auto_mine: boolean
  halt: boolean
  fee_units: bigint | null
  refuse_broadcasts: boolean
  forget_broadcasts: boolean
  lie: Lie
  clock_offset_ms: number
}>

/** A locked chain with its book's clock offset, in ms. */
export type LockedChain = Readonly<{ state: ChainState; clockOffsetMs: number }>

/** Locks a chain until the dbTx ends; absent: nobody looked at it yet. */
export async function lockChain(dbTx: DbTx, key: ChainKey): Promise<LockedChain | undefined> {
  const [row] = await dbTx.query<ChainRow>(
    `select c.seed, c.height, c.mined_at, c.salt, c.tx_count, c.auto_mine, c.halt, c.fee_units,
       c.refuse_broadcasts, c.forget_broadcasts, c.lie, b.clock_offset_ms
     from simulated_chain c join book b on b.book_id = c.book_id
     where c.book_id = $1 and c.chain = $2 for update of c`,
    [key.bookId, key.chain],
  )
  if (row === undefined) return undefined
  const behaviour = {
    autoMine: row.auto_mine,
    halt: row.halt,
    fee: row.fee_units === null ? undefined : units(row.fee_units),
    refuseBroadcasts: row.refuse_broadcasts,
    forgetBroadcasts: row.forget_broadcasts,
    lie: row.lie,
  }
  const { seed, height, salt } = row
  const state = { seed, height, minedAt: row.mined_at, salt, txCount: row.tx_count, behaviour }
  return { state, clockOffsetMs: row.clock_offset_ms }
}

/** Begins a chain of a sandbox book at `machineNow` in the book's time; does nothing twice. */
export async function beginChain(
  dbTx: DbTx,
  key: ChainKey,
  begin: Readonly<{ seed: string; machineNow: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into simulated_chain (book_id, chain, seed, height, mined_at, auto_mine)
     select book_id, $2, $3, $4, $5::timestamptz + clock_offset_ms * interval '1 millisecond', $6
     from book where book_id = $1 and environment = 'test'
     on conflict do nothing`,
    [
      key.bookId,
      key.chain,
      begin.seed,
      START_HEIGHT,
      new Date(begin.machineNow),
      usualBehaviour.autoMine,
    ],
  )
}

/** Writes a chain's state back. */
export async function saveChain(dbTx: DbTx, key: ChainKey, state: ChainState): Promise<void> {
  const { behaviour } = state
  await dbTx.query(
    `update simulated_chain set height = $3, mined_at = $4, salt = $5, tx_count = $6,
       auto_mine = $7, halt = $8, fee_units = $9, refuse_broadcasts = $10,
       forget_broadcasts = $11, lie = $12
     where book_id = $1 and chain = $2`,
    [
      key.bookId,
      key.chain,
      state.height,
      new Date(state.minedAt),
      state.salt,
      state.txCount,
      behaviour.autoMine,
      behaviour.halt,
      behaviour.fee ?? null,
      behaviour.refuseBroadcasts,
      behaviour.forgetBroadcasts,
      behaviour.lie,
    ],
  )
}

/** The forks that still hold blocks, from the lowest. */
export async function readForks(db: Queryable, key: ChainKey): Promise<readonly Fork[]> {
  const rows = await db.query<{ from_height: number; salt: number }>(
    `select from_height, salt from simulated_fork where book_id = $1 and chain = $2
     order by from_height`,
    [key.bookId, key.chain],
  )
  return rows.map((row) => ({ fromHeight: row.from_height, salt: row.salt }))
}

/** Lets another fork hold every block from its height on; those it covers are forgotten. */
export async function addFork(dbTx: DbTx, key: ChainKey, fork: Fork): Promise<void> {
  await dbTx.query(
    'delete from simulated_fork where book_id = $1 and chain = $2 and from_height >= $3',
    [key.bookId, key.chain, fork.fromHeight],
  )
  await dbTx.query(
    'insert into simulated_fork (book_id, chain, from_height, salt) values ($1, $2, $3, $4)',
    [key.bookId, key.chain, fork.fromHeight, fork.salt],
  )
}
