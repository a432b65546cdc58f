import { units, type AssetId, type ChainId, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Sweep, SweepLeg } from './sweep.ts'

type Row = Readonly<{
  book_id: BookId
  sweep_id: string
  chain: ChainId
  asset: AssetId
  treasury: string
  state: Sweep['state']
  problem: string | null
  estimated_fee: bigint
  fee: bigint | null
  tx_hash: string | null
  created_at: Instant
  ended_at: Instant | null
}>

type LegRow = Readonly<{
  sweep_id: string
  address: string
  path: string
  units: bigint
  owner_id: string
  deposit_ids: readonly string[]
  fee_share: bigint | null
}>

const COLUMNS = `book_id, sweep_id, chain, asset, treasury, state, problem, estimated_fee, fee,
  tx_hash, created_at, ended_at`

/** Writes a sweep that begins, with its legs. @returns false: its asset is being swept already */
export async function insertSweep(dbTx: DbTx, sweep: Sweep): Promise<boolean> {
  const written = await dbTx.query(
    `insert into sweep (book_id, sweep_id, chain, asset, treasury, state, estimated_fee, created_at)
     values ($1, $2, $3, $4, $5, 'sending', $6, $7)
     on conflict (book_id, asset) where state = 'sending' do nothing returning 1 as written`,
    [
      sweep.bookId,
      sweep.sweepId,
      sweep.chain,
      sweep.asset,
      sweep.treasury,
      sweep.estimatedFee,
      new Date(sweep.createdAt),
    ],
  )
  if (written.length === 0) return false
  for (const leg of sweep.legs) {
    await dbTx.query(
      `insert into sweep_leg (book_id, sweep_id, address, path, units, owner_id, deposit_ids)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [sweep.bookId, sweep.sweepId, leg.address, leg.path, leg.units, leg.ownerId, leg.depositIds],
    )
  }
  return true
}

/** The sweep of an asset that has not ended; absent: there is none. */
export async function findRunning(
  db: Queryable,
  of: Readonly<{ bookId: BookId; asset: AssetId }>,
): Promise<string | undefined> {
  const rows = await db.query<{ sweep_id: string }>(
    `select sweep_id from sweep where book_id = $1 and asset = $2 and state = 'sending' limit 1`,
    [of.bookId, of.asset],
  )
  return rows[0]?.sweep_id
}

/** How the newest sweeps of an asset stand, the newest first. */
export async function readNewest(
  db: Queryable,
  of: Readonly<{ bookId: BookId; asset: AssetId }>,
  limit: number,
): Promise<readonly NewestSweep[]> {
  const rows = await db.query<Pick<Row, 'sweep_id' | 'state' | 'problem' | 'ended_at'>>(
    `select sweep_id, state, problem, ended_at from sweep where book_id = $1 and asset = $2
     order by created_at desc, sweep_id desc limit $3`,
    [of.bookId, of.asset, limit],
  )
  return rows.map((row) => ({
    sweepId: row.sweep_id,
    state: row.state,
    problem: row.problem ?? undefined,
    endedAt: row.ended_at ?? undefined,
  }))
}

/** How a sweep stands. */
export type NewestSweep = Pick<Sweep, 'sweepId' | 'state' | 'problem' | 'endedAt'>

/** Sweeps by their ids, in the order of these; those that are not there are left out. */
export async function readSweeps(
  db: Queryable,
  bookId: BookId,
  ids: readonly string[],
): Promise<readonly Sweep[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from sweep where book_id = $1 and sweep_id = any($2::text[])`,
    [bookId, ids],
  )
  const legs = await db.query<LegRow>(
    `select sweep_id, address, path, units, owner_id, deposit_ids, fee_share from sweep_leg
     where book_id = $1 and sweep_id = any($2::text[]) order by sweep_id, address`,
    [bookId, ids],
  )
  const legsOf = Map.groupBy(legs, (leg) => leg.sweep_id)
  const byId = new Map(rows.map((row) => [row.sweep_id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row === undefined ? [] : [sweepOf(row, legsOf.get(id) ?? [])]
  })
}

/** How a sweep ended. */
export type SweepEnd =
  | Readonly<{ kind: 'failed'; problem: string; at: Instant }>
  | Readonly<{
      kind: 'completed'
      txHash: string
      fee: Units
      /** A part of the fee for each address. */
      shares: readonly Readonly<{ address: string; units: Units }>[]
      at: Instant
    }>

/** Writes how a sweep ended. */
export async function writeEnd(
  dbTx: DbTx,
  { bookId, sweepId }: Pick<Sweep, 'bookId' | 'sweepId'>,
  end: SweepEnd,
): Promise<void> {
  const done = end.kind === 'completed' ? end : undefined
  await dbTx.query(
    `update sweep set state = $3, problem = $4, tx_hash = $5, fee = $6, ended_at = $7
     where book_id = $1 and sweep_id = $2`,
    [
      bookId,
      sweepId,
      end.kind,
      end.kind === 'failed' ? end.problem : null,
      done?.txHash ?? null,
      done?.fee ?? null,
      new Date(end.at),
    ],
  )
  for (const share of done?.shares ?? []) {
    await dbTx.query(
      `update sweep_leg set fee_share = $4 where book_id = $1 and sweep_id = $2 and address = $3`,
      [bookId, sweepId, share.address, share.units],
    )
  }
}

const legOf = (row: LegRow): SweepLeg => ({
  address: row.address,
  path: row.path,
  units: units(row.units),
  ownerId: row.owner_id,
  depositIds: row.deposit_ids,
  feeShare: row.fee_share === null ? undefined : units(row.fee_share),
})

const sweepOf = (row: Row, legs: readonly LegRow[]): Sweep => ({
  sweepId: row.sweep_id,
  bookId: row.book_id,
  chain: row.chain,
  asset: row.asset,
  treasury: row.treasury,
  state: row.state,
  problem: row.problem ?? undefined,
  estimatedFee: units(row.estimated_fee),
  fee: row.fee === null ? undefined : units(row.fee),
  txHash: row.tx_hash ?? undefined,
  createdAt: row.created_at,
  endedAt: row.ended_at ?? undefined,
  legs: legs.map(legOf),
})
