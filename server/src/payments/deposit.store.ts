import type { AssetId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { KnownDeposit } from './payment-record.ts'
import type { HeldIn, Part } from './payment.ts'

type Row = Readonly<{
  payment_id: string | null
  deposit_id: string
  asset: AssetId
  units: Units
  address: string
  tx_hash: string
  level: Part['level']
  mined: boolean
  block_height: number | null
  seen_at: Instant
  available_units: Units | null
  held_units: Units | null
  held_in: HeldIn | null
  held_owner: string | null
  loss: 'open' | 'closed' | null
}>

/** Writes deposits as they are now; what never changes of one stays as it was first written. */
export async function putDeposits(
  dbTx: DbTx,
  bookId: BookId,
  deposits: readonly KnownDeposit[],
): Promise<void> {
  if (deposits.length === 0) return
  const column = <Value>(read: (deposit: KnownDeposit) => Value): readonly Value[] =>
    deposits.map(read)
  await dbTx.query(
    `insert into payment_deposit as known (book_id, payment_id, deposit_id, asset, units, address,
       tx_hash, level, mined, block_height, seen_at, available_units, held_units, held_in,
       held_owner, loss)
     select $1, one.* from unnest($2::text[], $3::text[], $4::text[], $5::numeric[], $6::text[],
       $7::text[], $8::text[], $9::boolean[], $10::bigint[], $11::timestamptz[], $12::numeric[],
       $13::numeric[], $14::text[], $15::text[], $16::text[]) as one
     on conflict (book_id, deposit_id) do update set
       level = excluded.level, mined = excluded.mined, block_height = excluded.block_height,
       available_units = excluded.available_units, held_units = excluded.held_units,
       held_in = excluded.held_in, held_owner = excluded.held_owner, loss = excluded.loss`,
    [
      bookId,
      column((one) => one.paymentId ?? null),
      column((one) => one.part.depositId),
      column((one) => one.part.asset),
      column((one) => one.part.units),
      column((one) => one.details.address),
      column((one) => one.details.txHash),
      column((one) => one.part.level),
      column((one) => one.part.mined),
      column((one) => one.details.blockHeight ?? null),
      column((one) => new Date(one.part.seenAt)),
      column((one) => one.part.place?.available ?? null),
      column((one) => one.part.place?.held ?? null),
      column((one) => one.part.place?.heldIn ?? null),
      column((one) => one.heldOwner ?? null),
      column((one) => one.part.loss ?? null),
    ],
  )
}

const SELECTED = `select payment_id, deposit_id, asset, units, address, tx_hash, level, mined,
  block_height, seen_at, available_units, held_units, held_in, held_owner, loss
  from payment_deposit`

/** The deposits with these ids, in the order in which they were seen. */
export const readDeposits = (
  db: Queryable,
  bookId: BookId,
  depositIds: readonly string[],
): Promise<readonly KnownDeposit[]> =>
  find(db, 'deposit_id = any($2::text[]) order by seen_at, deposit_id', [bookId, depositIds])

/** The same, locked until the dbTx ends: for deposits that no payment's lock stands for. */
export const lockDeposits = (
  dbTx: DbTx,
  bookId: BookId,
  depositIds: readonly string[],
): Promise<readonly KnownDeposit[]> =>
  find(dbTx, 'deposit_id = any($2::text[]) order by deposit_id for update', [bookId, depositIds])

/** The deposits to the addresses of these payments, in the order in which they were seen. */
export const readDepositsOf = (
  db: Queryable,
  bookId: BookId,
  paymentIds: readonly string[],
): Promise<readonly KnownDeposit[]> =>
  find(db, 'payment_id = any($2::text[]) order by seen_at, deposit_id', [bookId, paymentIds])

async function find(
  db: Queryable,
  where: string,
  [bookId, ids]: readonly [BookId, readonly string[]],
): Promise<readonly KnownDeposit[]> {
  if (ids.length === 0) return []
  const rows = await db.query<Row>(`${SELECTED} where book_id = $1 and ${where}`, [bookId, ids])
  return rows.map(depositOfRow)
}

const depositOfRow = (row: Row): KnownDeposit => ({
  paymentId: row.payment_id ?? undefined,
  part: {
    depositId: row.deposit_id,
    asset: row.asset,
    units: row.units,
    level: row.level,
    mined: row.mined,
    seenAt: row.seen_at,
    place:
      row.available_units === null || row.held_units === null
        ? undefined
        : {
            available: row.available_units,
            held: row.held_units,
            heldIn: row.held_in ?? undefined,
          },
    loss: row.loss ?? undefined,
  },
  details: {
    address: row.address,
    txHash: row.tx_hash,
    blockHeight: row.block_height ?? undefined,
  },
  heldOwner: row.held_owner ?? undefined,
})
