import { units, type ChainId, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** The row of a tank: what pays the fees of one chain. */
export type TankKey = Readonly<{ book_id: BookId; chain: ChainId }>

/** A tank as it was last seen. */
export type Tank = Readonly<{ state: 'enough' | 'low'; units: Units; wanted: Units }>

/** Notes what a tank should hold from now on, and that it is to be looked at soon. */
export async function noteTank(
  dbTx: DbTx,
  of: Readonly<{ bookId: BookId; chain: ChainId; wanted: Units; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into gas_tank (book_id, chain, state, units, wanted, looked_at, due_at)
     values ($1, $2, 'enough', 0, $3, $4, $4)
     on conflict (book_id, chain) do update set wanted = excluded.wanted, due_at = excluded.due_at`,
    [of.bookId, of.chain, of.wanted, new Date(of.now)],
  )
}

/** Locks a tank until the dbTx ends. */
export async function lockTank(dbTx: DbTx, key: TankKey): Promise<Tank> {
  const [row] = await dbTx.query<{ state: Tank['state']; units: bigint; wanted: bigint }>(
    'select state, units, wanted from gas_tank where book_id = $1 and chain = $2 for update',
    [key.book_id, key.chain],
  )
  if (row === undefined) throw new Error(`there is no tank on ${key.chain}`)
  return { state: row.state, units: units(row.units), wanted: units(row.wanted) }
}

/** Writes what was seen of a tank, and when to look again. */
export async function writeTank(
  db: Queryable,
  key: TankKey,
  seen: Readonly<{ state: Tank['state']; units: Units; now: Instant; dueAt: Instant }>,
): Promise<void> {
  await db.query(
    `update gas_tank set state = $3, units = $4, looked_at = $5, due_at = $6
     where book_id = $1 and chain = $2`,
    [key.book_id, key.chain, seen.state, seen.units, new Date(seen.now), new Date(seen.dueAt)],
  )
}
