import type { BlockRef, ChainTransfer } from '../chains/contract.ts'
import type { Allocation } from '../ledger/operations.ts'
import { units, type AssetId, type ChainId, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { AddressOwner, Deposit, DepositLevel, Observed } from './deposit.ts'
import type { CreditLevel } from './policy.ts'

/** The row of a deposit. */
export type DepositKey = Readonly<{ book_id: BookId; deposit_id: string }>

/** A deposit with both its sides: what the chain shows, and what is booked. */
export type DepositRecord = Readonly<{
  depositId: string
  bookId: BookId
  chain: ChainId
  asset: AssetId
  address: string
  txHash: string
  index: string
  units: Units
  owner: AddressOwner
  seenAt: Instant
  observed: Observed
  level: DepositLevel | undefined
  block: BlockRef | undefined
  sighting: number
  /** Where its coins were put; set exactly while it is final. */
  allocations: readonly Allocation[] | undefined
  /** What two nodes agreed on: the block that holds it, and how sure both call it. */
  agreed: Readonly<{ hash: string; level: CreditLevel }> | undefined
}>

type StoredAllocation = Readonly<{
  purpose: Allocation['purpose']
  owner?: string
  units: string
}>

type Row = Readonly<{
  book_id: BookId
  deposit_id: string
  chain: ChainId
  asset: AssetId
  address: string
  tx_hash: string
  index: string
  units: Units
  owner_kind: AddressOwner['kind']
  owner_id: string
  seen_at: Instant
  observed: 'gone' | 'seen' | 'confirmed' | 'safe' | 'final'
  block_height: number | null
  block_hash: string | null
  level: DepositLevel | null
  booked_height: number | null
  booked_hash: string | null
  sighting: number
  allocations: readonly StoredAllocation[] | null
  agreed_hash: string | null
  agreed_level: CreditLevel | null
}>

const COLUMNS = `book_id, deposit_id, chain, asset, address, tx_hash, index, units, owner_kind,
  owner_id, seen_at, observed, block_height, block_hash, level, booked_height, booked_hash,
  sighting, allocations, agreed_hash, agreed_level`

/** A deposit, locked until the dbTx ends. */
export async function lockDeposit(dbTx: DbTx, key: DepositKey): Promise<DepositRecord> {
  const rows = await dbTx.query<Row>(
    `select ${COLUMNS} from deposit where book_id = $1 and deposit_id = $2 for update`,
    [key.book_id, key.deposit_id],
  )
  if (rows[0] === undefined) throw new Error(`there is no deposit ${key.deposit_id}`)
  return recordOf(rows[0])
}

/** Writes what was booked of a deposit. */
export async function updateBooked(dbTx: DbTx, deposit: DepositRecord): Promise<void> {
  const { level, block, sighting, allocations } = deposit
  await dbTx.query(
    `update deposit set level = $3, booked_height = $4, booked_hash = $5, sighting = $6,
       allocations = $7 where book_id = $1 and deposit_id = $2`,
    [
      deposit.bookId,
      deposit.depositId,
      level ?? null,
      block?.height ?? null,
      block?.hash ?? null,
      sighting,
      allocations === undefined ? null : JSON.stringify(allocations.map(storedAllocation)),
    ],
  )
}

const storedAllocation = (one: Allocation): StoredAllocation => ({
  ...one,
  units: one.units.toString(),
})

/** Takes a deposit off the list of those that are to be booked. */
export async function settleDeposit(dbTx: DbTx, key: DepositKey): Promise<void> {
  await dbTx.query(
    `update deposit set due_at = null, problem = null
     where book_id = $1 and deposit_id = $2`,
    [key.book_id, key.deposit_id],
  )
}

/** The deposits of a book that were told to their owner, by owner, in the order they were seen. */
export async function findDeposits(
  db: Queryable,
  of: Readonly<{ bookId: BookId; owner: AddressOwner }>,
): Promise<readonly DepositRecord[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from deposit
     where book_id = $1 and owner_kind = $2 and owner_id = $3 and level is not null
     order by seen_at, deposit_id`,
    [of.bookId, of.owner.kind, of.owner.id],
  )
  return rows.map(recordOf)
}

/** The deposits of a book that one chain transaction made, whoever they belong to. */
export async function findDepositsOfTx(
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId; txHash: string }>,
): Promise<readonly DepositRecord[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from deposit
     where book_id = $1 and chain = $2 and tx_hash = $3 and level is not null
     order by seen_at, deposit_id`,
    [of.bookId, of.chain, of.txHash],
  )
  return rows.map(recordOf)
}

/** The same, and those too that nobody was told of yet; locked until the dbTx ends. */
export async function lockAllOfTx(
  dbTx: DbTx,
  of: Readonly<{ bookId: BookId; chain: ChainId; txHash: string }>,
): Promise<readonly DepositRecord[]> {
  const rows = await dbTx.query<Row>(
    `select ${COLUMNS} from deposit where book_id = $1 and chain = $2 and tx_hash = $3
     order by deposit_id for update`,
    [of.bookId, of.chain, of.txHash],
  )
  return rows.map(recordOf)
}

/** A deposit that could not be booked so far, with what stands in the way. */
export type StuckDeposit = Readonly<{ depositId: string; chain: ChainId; problem: string }>

/** The deposits of a book that wait for a repair, at most 100. */
export function findStuckDeposits(db: Queryable, bookId: BookId): Promise<readonly StuckDeposit[]> {
  return db.query<StuckDeposit>(
    `select deposit_id as "depositId", chain, problem from deposit
     where book_id = $1 and problem is not null order by deposit_id limit 100`,
    [bookId],
  )
}

/** What is in blocks but not booked, less what is booked but in no block any more, by asset. */
export async function sumUnbooked(
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId }>,
): Promise<ReadonlyMap<AssetId, Units>> {
  const rows = await db.query<{ asset: AssetId; sum: bigint }>(
    `select asset, sum(case when block_hash is null then 0 else units end
       - case when booked_hash is null then 0 else units end) as sum
     from deposit where book_id = $1 and chain = $2 and due_at is not null group by asset`,
    [of.bookId, of.chain],
  )
  return new Map(rows.map((row) => [row.asset, units(row.sum)]))
}

/** Tells transfers apart: one with the same answer is the same. */
export const identityOf = (
  one: Pick<ChainTransfer, 'txHash' | 'index' | 'asset' | 'to' | 'units'>,
): string => [one.txHash, one.index, one.asset, one.to, one.units].join(' ')

const recordOf = (row: Row): DepositRecord => ({
  depositId: row.deposit_id,
  bookId: row.book_id,
  chain: row.chain,
  asset: row.asset,
  address: row.address,
  txHash: row.tx_hash,
  index: row.index,
  units: row.units,
  owner: { kind: row.owner_kind, id: row.owner_id },
  seenAt: row.seen_at,
  observed: observedOf(row),
  level: row.level ?? undefined,
  block: blockRef(row.booked_height, row.booked_hash),
  sighting: row.sighting,
  allocations: row.allocations?.map((one) => ({ ...one, units: units(BigInt(one.units)) })),
  agreed:
    row.agreed_hash === null || row.agreed_level === null
      ? undefined
      : { hash: row.agreed_hash, level: row.agreed_level },
})

function observedOf(row: Row): Observed {
  const { observed } = row
  if (observed === 'gone' || observed === 'seen') return { kind: observed }
  const block = blockRef(row.block_height, row.block_hash)
  if (block === undefined) throw new Error(`deposit ${row.deposit_id} is in no block`)
  return { kind: 'in block', block, level: observed }
}

const blockRef = (height: number | null, hash: string | null): BlockRef | undefined =>
  height === null || hash === null ? undefined : { height, hash }

/** The deposit as its owner is told of it. @param level what it is booked as */
export const depositOf = (
  record: Omit<DepositRecord, 'observed' | 'sighting' | 'allocations' | 'level' | 'agreed'>,
  level: DepositLevel,
): Deposit => ({
  depositId: record.depositId,
  bookId: record.bookId,
  chain: record.chain,
  asset: record.asset,
  address: record.address,
  txHash: record.txHash,
  index: record.index,
  units: record.units,
  level,
  block: record.block,
  owner: record.owner,
  seenAt: record.seenAt,
})
