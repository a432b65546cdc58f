import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { CaseResolution, ExceptionCase, ResolvedBy } from './exception-case.ts'
import type { ExceptionKind } from './exception.ts'

type Row = Readonly<{
  exception_id: string
  kind: ExceptionKind
  payment_id: string | null
  deposit_id: string | null
  resolution: ResolvedBy | null
  resolution_customer_id: string | null
  resolved_coins: string | null
  resolved_prices: string | null
  opened_at: Instant
  resolved_at: Instant | null
}>

const COLUMNS = `exception_id, kind, payment_id, deposit_id, resolution, resolution_customer_id,
  resolved_coins, resolved_prices, opened_at, resolved_at`

/** Opens cases. */
export async function insertCases(
  dbTx: DbTx,
  bookId: BookId,
  cases: readonly ExceptionCase[],
): Promise<void> {
  if (cases.length === 0) return
  await dbTx.query(
    `insert into payment_exception
       (book_id, exception_id, kind, payment_id, deposit_id, state, opened_at)
     select $1, one.exception_id, one.kind, one.payment_id, one.deposit_id, 'open', one.opened_at
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
       as one (exception_id, kind, payment_id, deposit_id, opened_at)`,
    [
      bookId,
      cases.map((one) => one.exceptionId),
      cases.map((one) => one.kind),
      cases.map((one) => one.paymentId ?? null),
      cases.map((one) => one.depositId ?? null),
      cases.map((one) => new Date(one.openedAt)),
    ],
  )
}

/** Ends a case that is open. The caller holds its lock, or its payment's. */
export async function resolveCase(
  dbTx: DbTx,
  bookId: BookId,
  ended: Readonly<{ exceptionId: string; resolution: CaseResolution }>,
): Promise<void> {
  const { by, customerId, coins, prices, at } = ended.resolution
  const rows = await dbTx.query(
    `update payment_exception set state = 'resolved', resolution = $3,
       resolution_customer_id = $4, resolved_coins = $5, resolved_at = $6,
       resolved_prices = $7
     where book_id = $1 and exception_id = $2 and state = 'open' returning exception_id`,
    [bookId, ended.exceptionId, by, customerId ?? null, coins, new Date(at), prices ?? null],
  )
  if (rows.length !== 1) throw new Error(`${ended.exceptionId} was not open`)
}

/** The open cases of a payment. */
export async function readOpenCases(
  db: Queryable,
  bookId: BookId,
  paymentId: string,
): Promise<readonly ExceptionCase[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from payment_exception
     where book_id = $1 and payment_id = $2 and state = 'open' order by opened_at, exception_id`,
    [bookId, paymentId],
  )
  return rows.map(caseOfRow)
}

/** The cases that are about a deposit to nobody's address. */
export async function readOpenCasesOfDeposit(
  db: Queryable,
  bookId: BookId,
  depositId: string,
): Promise<readonly ExceptionCase[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from payment_exception
     where book_id = $1 and deposit_id = $2 and state = 'open' order by opened_at, exception_id`,
    [bookId, depositId],
  )
  return rows.map(caseOfRow)
}

/** The cases with these ids, in the order of the ids; unknown ones are left out. */
export async function readCases(
  db: Queryable,
  bookId: BookId,
  exceptionIds: readonly string[],
): Promise<readonly ExceptionCase[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from payment_exception
     where book_id = $1 and exception_id = any($2::text[])
     order by array_position($2::text[], exception_id)`,
    [bookId, exceptionIds],
  )
  return rows.map(caseOfRow)
}

/** The case, locked until the dbTx ends. Lock its payment first, so that locks have one order. */
export async function lockCase(
  dbTx: DbTx,
  bookId: BookId,
  exceptionId: string,
): Promise<ExceptionCase | undefined> {
  const [row] = await dbTx.query<Row>(
    `select ${COLUMNS} from payment_exception
     where book_id = $1 and exception_id = $2 for update`,
    [bookId, exceptionId],
  )
  return row === undefined ? undefined : caseOfRow(row)
}

const caseOfRow = (row: Row): ExceptionCase => ({
  exceptionId: row.exception_id,
  kind: row.kind,
  paymentId: row.payment_id ?? undefined,
  depositId: row.deposit_id ?? undefined,
  openedAt: row.opened_at,
  resolution:
    row.resolution === null || row.resolved_coins === null || row.resolved_at === null
      ? undefined
      : {
          by: row.resolution,
          customerId: row.resolution_customer_id ?? undefined,
          coins: row.resolved_coins,
          prices: row.resolved_prices ?? undefined,
          at: row.resolved_at,
        },
})
