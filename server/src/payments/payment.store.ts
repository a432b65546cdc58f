import type { AssetId, Units } from '../money/units.ts'
import type { Book, BookId, Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { readDepositsOf } from './deposit.store.ts'
import type { KnownDeposit, Payment, QuotedOption } from './payment-record.ts'
import type { Face, PaymentException, Status } from './payment.ts'

type PaymentRow = Readonly<{
  payment_id: string
  face: Face
  currency: string
  price_units: Units
  price_decimals: number
  currency_usd: string | null
  status: Status
  exception: PaymentException
  ruling: 'accepted' | 'declined' | null
  product_name: string | null
  description: string | null
  customer_id: string | null
  metadata: string
  sealed_email: Uint8Array | null
  success_url: string | null
  cancel_url: string | null
  redirect_url: string | null
  callback_url: string | null
  created_at: Instant
  expires_at: Instant
  claimed_at: Instant | null
  claimed_assets: readonly string[]
  due_at: Instant | null
}>

type OptionRow = Readonly<{
  payment_id: string
  asset: AssetId
  address: string
  due_units: Units
  tolerated_units: Units
  asset_usd: string | null
}>

const PAYMENT_COLUMNS = `payment_id, face, currency, price_units, price_decimals, currency_usd,
  status, exception, ruling, product_name, description, customer_id, metadata, sealed_email,
  success_url, cancel_url, redirect_url, callback_url, created_at, expires_at, claimed_at,
  claimed_assets, due_at`

/** The payment, locked until the dbTx ends: whoever changes a payment holds this first. */
export async function lockPayment(
  dbTx: DbTx,
  bookId: BookId,
  paymentId: string,
): Promise<Payment | undefined> {
  const rows = await dbTx.query<PaymentRow>(
    `select ${PAYMENT_COLUMNS} from payment where book_id = $1 and payment_id = $2 for update`,
    [bookId, paymentId],
  )
  const [payment] = await complete(dbTx, bookId, rows)
  return payment
}

/** The payments with these ids, in the order of the ids; unknown ones are left out. */
export async function readPayments(
  db: Queryable,
  bookId: BookId,
  paymentIds: readonly string[],
): Promise<readonly Payment[]> {
  const rows = await db.query<PaymentRow>(
    `select ${PAYMENT_COLUMNS} from payment
     where book_id = $1 and payment_id = any($2::text[])
     order by array_position($2::text[], payment_id)`,
    [bookId, paymentIds],
  )
  return complete(db, bookId, rows)
}

/** Sets what changes in the life of a payment. The caller holds its lock. */
export async function updatePayment(dbTx: DbTx, bookId: BookId, payment: Payment): Promise<void> {
  await dbTx.query(
    `update payment set status = $3, exception = $4, ruling = $5, claimed_at = $6,
       claimed_assets = $7, due_at = $8
     where book_id = $1 and payment_id = $2`,
    [
      bookId,
      payment.paymentId,
      payment.status,
      payment.exception,
      payment.facts.ruling ?? null,
      payment.facts.claimedAt === undefined ? null : new Date(payment.facts.claimedAt),
      payment.claimedAssets,
      payment.dueAt === undefined ? null : new Date(payment.dueAt),
    ],
  )
}

async function complete(
  db: Queryable,
  bookId: BookId,
  rows: readonly PaymentRow[],
): Promise<readonly Payment[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.payment_id)
  const options = await db.query<OptionRow>(
    `select payment_id, asset, address, due_units, tolerated_units, asset_usd
     from payment_option where book_id = $1 and payment_id = any($2::text[])
     order by payment_id, position`,
    [bookId, ids],
  )
  const deposits = await readDepositsOf(db, bookId, ids)
  return rows.map((row) =>
    paymentOfRow(row, {
      options: options.filter((one) => one.payment_id === row.payment_id).map(optionOfRow),
      deposits: deposits.filter((one) => one.paymentId === row.payment_id),
    }),
  )
}

function paymentOfRow(
  row: PaymentRow,
  more: Readonly<{ options: readonly QuotedOption[]; deposits: readonly KnownDeposit[] }>,
): Payment {
  return {
    paymentId: row.payment_id,
    face: row.face,
    currency: row.currency,
    price: { units: row.price_units, decimals: row.price_decimals },
    currencyUsd: row.currency_usd ?? undefined,
    options: more.options,
    productName: row.product_name ?? undefined,
    description: row.description ?? undefined,
    customerId: row.customer_id ?? undefined,
    metadata: row.metadata,
    sealedEmail: row.sealed_email ?? undefined,
    successUrl: row.success_url ?? undefined,
    cancelUrl: row.cancel_url ?? undefined,
    redirectUrl: row.redirect_url ?? undefined,
    callbackUrl: row.callback_url ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    status: row.status,
    exception: row.exception,
    facts: {
      parts: more.deposits.map((one) => one.part),
      claimedAt: row.claimed_at ?? undefined,
      ruling: row.ruling ?? undefined,
    },
    claimedAssets: row.claimed_assets,
    deposits: new Map(more.deposits.map((one) => [one.part.depositId, one])),
    dueAt: row.due_at ?? undefined,
  }
}

const optionOfRow = (row: OptionRow): QuotedOption => ({
  asset: row.asset,
  due: row.due_units,
  tolerated: row.tolerated_units,
  address: row.address,
  assetUsd: row.asset_usd ?? undefined,
})

/** The book with this id. */
export async function bookOf(db: Queryable, bookId: BookId): Promise<Book> {
  const [row] = await db.query<{
    org_id: string
    environment: Environment
    clock_offset_ms: number
  }>('select org_id, environment, clock_offset_ms from book where book_id = $1', [bookId])
  if (row === undefined) throw new Error(`there is no book ${bookId}`)
  const { org_id: orgId, environment, clock_offset_ms: clockOffsetMs } = row
  return { bookId, orgId, environment, clockOffsetMs }
}

/** Time does nothing to this payment any more until something else happens to it. */
export async function takeFromQueue(dbTx: DbTx, bookId: BookId, paymentId: string): Promise<void> {
  await dbTx.query('update payment set due_at = null where book_id = $1 and payment_id = $2', [
    bookId,
    paymentId,
  ])
}
