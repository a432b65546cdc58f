import type { BookId, Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { PoolFamily } from './signer.client.ts'

/** The row of a pool. */
export type PoolKey = Readonly<{ book_id: BookId; family: PoolFamily }>

/** A key of an address, with its place. */
export type PlacedKey = Readonly<{ index: number; path: string; publicKey: Uint8Array }>

/**
 * Makes sure that every book of an environment has a pool of a family; new ones are due at once.
 */
export async function ensurePools(
  db: Queryable,
  of: Readonly<{ environment: Environment; family: PoolFamily; now: Instant }>,
): Promise<void> {
  await db.query(
    `insert into address_pool (book_id, family, due_at)
     select book_id, $2, $3 from book where environment = $1 on conflict do nothing`,
    [of.environment, of.family, new Date(of.now)],
  )
}

/** Takes keys out of a pool for ever, the oldest first: as many as there are, at most `count`. */
export async function takePooled(
  dbTx: DbTx,
  { book_id, family }: PoolKey,
  count: number,
): Promise<readonly PlacedKey[]> {
  const rows = await dbTx.query<{ index: number; path: string; public_key: Uint8Array }>(
    `delete from pooled_key where (book_id, family, index) in (
       select book_id, family, index from pooled_key where book_id = $1 and family = $2
       order by index limit $3 for update skip locked)
     returning index, path, public_key`,
    [book_id, family, count],
  )
  const taken = rows.map((row) => ({
    index: row.index,
    path: row.path,
    publicKey: Uint8Array.from(row.public_key),
  }))
  return taken.sort((one, other) => one.index - other.index)
}

/** How many keys a pool holds. */
export async function countPooled(db: Queryable, { book_id, family }: PoolKey): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*) as count from pooled_key where book_id = $1 and family = $2',
    [book_id, family],
  )
  return row?.count ?? 0
}

/** Asks for a refill; it makes the pool where there is none yet. */
export async function askForRefill(
  db: Queryable,
  { book_id, family }: PoolKey,
  now: Instant,
): Promise<void> {
  await db.query(
    `insert into address_pool as pool (book_id, family, due_at) values ($1, $2, $3)
     on conflict (book_id, family) do update set due_at = coalesce(pool.due_at, excluded.due_at)`,
    [book_id, family, new Date(now)],
  )
}

/** Takes a pool off the list of those that are to be refilled. */
export async function settlePool(db: Queryable, { book_id, family }: PoolKey): Promise<void> {
  await db.query('update address_pool set due_at = null where book_id = $1 and family = $2', [
    book_id,
    family,
  ])
}

/** Puts off a pool that could not be refilled. */
export async function postponePool(
  db: Queryable,
  { book_id, family }: PoolKey,
  dueAt: Instant,
): Promise<void> {
  await db.query('update address_pool set due_at = $3 where book_id = $1 and family = $2', [
    book_id,
    family,
    new Date(dueAt),
  ])
}

/** The next index that nobody took. */
export async function readNextIndex(db: Queryable, { book_id, family }: PoolKey): Promise<number> {
  const [row] = await db.query<{ next: number }>(
    'select next_index as next from address_counter where book_id = $1 and family = $2',
    [book_id, family],
  )
  return row?.next ?? 0
}

/**
 * Takes indexes for ever, if nobody took any since the next one was read; false when somebody did.
 */
export async function claimIndexes(
  dbTx: DbTx,
  { book_id, family }: PoolKey,
  { from, count }: Readonly<{ from: number; count: number }>,
): Promise<boolean> {
  await dbTx.query(
    `insert into address_counter (book_id, family, next_index) values ($1, $2, 0)
     on conflict do nothing`,
    [book_id, family],
  )
  const rows = await dbTx.query(
    `update address_counter set next_index = $3::bigint + $4
     where book_id = $1 and family = $2 and next_index = $3 returning next_index`,
    [book_id, family, from, count],
  )
  return rows.length === 1
}

/** Puts keys into a pool. */
export async function insertPooled(
  dbTx: DbTx,
  { book_id, family }: PoolKey,
  keys: readonly PlacedKey[],
): Promise<void> {
  await dbTx.query(
    `insert into pooled_key (book_id, family, index, path, public_key)
     select $1, $2, one.* from unnest($3::bigint[], $4::text[], $5::bytea[]) as one`,
    [
      book_id,
      family,
      keys.map((one) => one.index),
      keys.map((one) => one.path),
      keys.map((one) => Buffer.from(one.publicKey)),
    ],
  )
}
