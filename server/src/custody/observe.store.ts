import type { ChainTransfer, Tips } from '../chains/contract.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { RealmChain } from './address.store.ts'
import { TREASURY_OWNER } from './treasury-key.store.ts'
import type { WatchKey } from './watch.store.ts'

// What the watch writes of deposits: the side that the chain shows. Each change makes them due.

/** A transfer, and the id it gets if it was never met before. */
export type Sighting = Readonly<{ transfer: ChainTransfer; depositId: string }>

const COLUMNS = `book_id, deposit_id, realm, chain, tx_hash, index, asset, address, units,
  from_address, owner_kind, owner_id, seen_at, observed, block_height, block_hash, due_at`

// $1 realm, $2 chain, $3 family, $4 now, $5… the transfers. Those to others' addresses fall out.
const SIGHTED = `from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::numeric[], $11::text[], $12::bigint[], $13::text[])
    as one (deposit_id, tx_hash, index, asset, address, units, from_address, height, hash)
  join deposit_address a on a.family = $3 and a.address = one.address
  join book b on b.book_id = a.book_id and (b.book_id = $1 or b.environment = $1)`

// Coins that we move between addresses of our own were deposited before: they come in once. So it
// is with what a payout leaves over; what it pays to an address of ours comes in like any other.
const OWN_MOVE = `exists (select from outgoing_attempt t
    join outgoing o on o.book_id = t.book_id and o.outgoing_id = t.outgoing_id
  where t.book_id = a.book_id and t.chain = $2 and t.tx_hash = one.tx_hash
    and (o.kind in ('sweep', 'gas') or a.owner_id = '${TREASURY_OWNER}'))`

const SEEN_AT = `$4::timestamptz + b.clock_offset_ms * interval '1 millisecond'`
const IDENTITY = '(book_id, chain, tx_hash, index, asset, address, units)'

/** Writes transfers that blocks hold. What is known to be in the same block stays as it is. */
export async function observeInBlocks(
  dbTx: DbTx,
  chain: RealmChain,
  seen: Readonly<{ sightings: readonly Sighting[]; now: Instant }>,
): Promise<void> {
  if (seen.sightings.length === 0) return
  await dbTx.query(
    `insert into deposit (${COLUMNS})
     select a.book_id, one.deposit_id, $1, $2, one.tx_hash, one.index, one.asset, one.address,
       one.units, one.from_address, a.owner_kind, a.owner_id, ${SEEN_AT}, 'confirmed', one.height,
       one.hash, $4::timestamptz ${SIGHTED}
     where not ${OWN_MOVE}
     on conflict ${IDENTITY} do update set observed = 'confirmed',
       block_height = excluded.block_height, block_hash = excluded.block_hash,
       due_at = excluded.due_at
     where deposit.block_hash is distinct from excluded.block_hash`,
    sightingParams(chain, seen),
  )
}

/**
 * Writes transfers that wait in the mempool. One that a block holds already is left alone, and so
 * is a transaction of which a block shows what it really did.
 */
export async function observeWaiting(
  dbTx: DbTx,
  chain: RealmChain,
  seen: Readonly<{ sightings: readonly Sighting[]; now: Instant }>,
): Promise<void> {
  if (seen.sightings.length === 0) return
  await dbTx.query(
    `insert into deposit (${COLUMNS})
     select a.book_id, one.deposit_id, $1, $2, one.tx_hash, one.index, one.asset, one.address,
       one.units, one.from_address, a.owner_kind, a.owner_id, ${SEEN_AT}, 'seen', one.height,
       one.hash, $4::timestamptz ${SIGHTED}
     where not exists (select from deposit mined where mined.book_id = a.book_id
       and mined.chain = $2 and mined.tx_hash = one.tx_hash and mined.block_hash is not null)
       and not ${OWN_MOVE}
     on conflict ${IDENTITY} do update set observed = 'seen', due_at = excluded.due_at
     where deposit.observed = 'gone'`,
    sightingParams(chain, seen),
  )
}

function sightingParams(
  { realm, chain, family }: RealmChain,
  { sightings, now }: Readonly<{ sightings: readonly Sighting[]; now: Instant }>,
): readonly unknown[] {
  const column = <Value>(read: (one: ChainTransfer) => Value): readonly Value[] =>
    sightings.map(({ transfer }) => read(transfer))
  return [
    realm,
    chain,
    family,
    new Date(now),
    sightings.map((one) => one.depositId),
    column((one) => one.txHash),
    column((one) => one.index),
    column((one) => one.asset),
    column((one) => one.to),
    column((one) => one.units),
    column((one) => one.from ?? null),
    column((one) => one.block?.height ?? null),
    column((one) => one.block?.hash ?? null),
  ]
}

/** Raises the levels of what lies deep enough. */
export async function observeTips(
  dbTx: DbTx,
  key: WatchKey,
  at: Readonly<{ tips: Pick<Tips, 'safeHeight' | 'finalHeight'>; now: Instant }>,
): Promise<void> {
  const { safeHeight, finalHeight } = at.tips
  await dbTx.query(
    `update deposit set due_at = $5,
       observed = case when block_height <= $4 then 'final' else 'safe' end
     where realm = $1 and chain = $2 and observed in ('confirmed', 'safe')
       and (block_height <= $4 or block_height <= $3 and observed = 'confirmed')`,
    [key.realm, key.chain, safeHeight, finalHeight, new Date(at.now)],
  )
}

/**
 * Takes deposits out of the blocks above a height. They count as waiting until the new blocks and
 * the mempool were looked through: most come back in another block.
 */
export async function observeFork(
  dbTx: DbTx,
  key: WatchKey,
  at: Readonly<{ keptHeight: number; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update deposit set observed = 'seen', block_height = null, block_hash = null, due_at = $4
     where realm = $1 and chain = $2 and block_hash is not null and block_height > $3`,
    [key.realm, key.chain, at.keptHeight, new Date(at.now)],
  )
}

/** Marks as gone what waited, is in no block, and is not in the mempool that was looked through. */
export async function observeGone(
  dbTx: DbTx,
  key: WatchKey,
  at: Readonly<{ waiting: readonly ChainTransfer[]; now: Instant }>,
): Promise<void> {
  const column = <Value>(read: (one: ChainTransfer) => Value): readonly Value[] =>
    at.waiting.map(read)
  await dbTx.query(
    `update deposit set observed = 'gone', due_at = $3
     where realm = $1 and chain = $2 and observed = 'seen'
       and (tx_hash, index, asset, address, units) not in (
         select * from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::numeric[]))`,
    [
      key.realm,
      key.chain,
      new Date(at.now),
      column((one) => one.txHash),
      column((one) => one.index),
      column((one) => one.asset),
      column((one) => one.to),
      column((one) => one.units),
    ],
  )
}

/** Whether any deposit waits outside of blocks. */
export async function anyWaiting(db: Queryable, key: WatchKey): Promise<boolean> {
  const rows = await db.query(
    `select from deposit where realm = $1 and chain = $2 and observed = 'seen' limit 1`,
    [key.realm, key.chain],
  )
  return rows.length > 0
}

/** Whether any deposit of the chain is on its way to being final. */
export async function anyUnderWay(db: Queryable, key: WatchKey): Promise<boolean> {
  const rows = await db.query(
    `select from deposit where realm = $1 and chain = $2
       and observed in ('seen', 'confirmed', 'safe') limit 1`,
    [key.realm, key.chain],
  )
  return rows.length > 0
}
