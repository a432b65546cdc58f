import type { Realm } from '../chains/contract-book-chain.ts'
import type { AssetId, ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** An asset on a chain, as a realm sees it. */
export type RealmAsset = Readonly<{ realm: Realm; chain: ChainId; asset: AssetId }>

/** An asset whose deposits are not credited on a chain until somebody decides. */
export type CreditingHalt = RealmAsset &
  Readonly<{
    haltId: string
    reason: string
    haltedAt: Instant
    /** Absent while it stands. */
    resumedAt: Instant | undefined
  }>

type Row = Readonly<{ halt_id: string; reason: string; halted_at: Instant }>

/** The halts that stand in a realm. */
export async function listHalts(db: Queryable, realm: Realm): Promise<readonly CreditingHalt[]> {
  const rows = await db.query<Row & Readonly<{ chain: ChainId; asset: AssetId }>>(
    `select chain, asset, halt_id, reason, halted_at from crediting_halt
     where realm = $1 and resumed_at is null order by chain, asset`,
    [realm],
  )
  return rows.map((row) => haltOf({ realm, chain: row.chain, asset: row.asset }, row, undefined))
}

/** Halts an asset; false when it was halted before. */
export async function insertHalt(dbTx: DbTx, halt: CreditingHalt): Promise<boolean> {
  const rows = await dbTx.query(
    `insert into crediting_halt (realm, chain, asset, halt_id, reason, halted_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (realm, chain, asset) where resumed_at is null do nothing returning halt_id`,
    [halt.realm, halt.chain, halt.asset, halt.haltId, halt.reason, new Date(halt.haltedAt)],
  )
  return rows.length === 1
}

/** Ends the halt that stands. @returns it; absent when there is none */
export async function endHalt(
  dbTx: DbTx,
  of: RealmAsset,
  now: Instant,
): Promise<CreditingHalt | undefined> {
  const rows = await dbTx.query<Row>(
    `update crediting_halt set resumed_at = $4
     where realm = $1 and chain = $2 and asset = $3 and resumed_at is null
     returning halt_id, reason, halted_at`,
    [of.realm, of.chain, of.asset, new Date(now)],
  )
  return rows[0] === undefined ? undefined : haltOf(of, rows[0], now)
}

/** The books with deposits of an asset that wait to be credited, at most 1,000. */
export async function waitingBooks(db: Queryable, of: RealmAsset): Promise<readonly BookId[]> {
  const rows = await db.query<{ book_id: BookId }>(
    `select distinct book_id from deposit
     where realm = $1 and chain = $2 and asset = $3 and block_hash is not null
       and level is distinct from 'final' order by book_id limit 1000`,
    [of.realm, of.chain, of.asset],
  )
  return rows.map((row) => row.book_id)
}

/** Makes the deposits of an asset due that wait to be credited. */
export async function recallDeposits(dbTx: DbTx, of: RealmAsset, now: Instant): Promise<void> {
  await dbTx.query(
    `update deposit set due_at = $4, problem = null
     where realm = $1 and chain = $2 and asset = $3 and block_hash is not null
       and level is distinct from 'final'`,
    [of.realm, of.chain, of.asset, new Date(now)],
  )
}

const haltOf = (of: RealmAsset, row: Row, resumedAt: Instant | undefined): CreditingHalt => ({
  ...of,
  haltId: row.halt_id,
  reason: row.reason,
  haltedAt: row.halted_at,
  resumedAt,
})
