import type { BookId } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import type { PaymentTerms } from './payment-record.ts'

/** A payment that begins. */
export type NewPayment = Readonly<{ bookId: BookId; terms: PaymentTerms }>

const BATCH_MAX = 100

/** Writes a new payment with its options; those of one dbTx together, in one statement. */
export const insertPayment: (dbTx: DbTx, payment: NewPayment) => Promise<void> = gatherOn(
  insertPayments,
  { batchMax: BATCH_MAX },
)

async function insertPayments(dbTx: DbTx, added: readonly NewPayment[]): Promise<readonly void[]> {
  await dbTx.query(INSERT, [...paymentColumns(added), ...optionColumns(added)])
  return added.map(() => undefined)
}

const INSERT = `
  with made as (
    insert into payment (book_id, payment_id, face, currency, price_units, price_decimals,
      currency_usd, product_name, description, customer_id, metadata, sealed_email, success_url,
      cancel_url, redirect_url, callback_url, created_at, expires_at, status, due_at)
    select one.*, 'awaiting', one.expires_at
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::int[],
        $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[], $13::text[],
        $14::text[], $15::text[], $16::text[], $17::timestamptz[], $18::timestamptz[])
      as one (book_id, payment_id, face, currency, price_units, price_decimals, currency_usd,
        product_name, description, customer_id, metadata, sealed_email, success_url, cancel_url,
        redirect_url, callback_url, created_at, expires_at))
  insert into payment_option (book_id, payment_id, position, asset, address, due_units,
    tolerated_units, asset_usd)
  select * from unnest($19::text[], $20::text[], $21::int[], $22::text[], $23::text[],
    $24::numeric[], $25::numeric[], $26::text[])`

function paymentColumns(added: readonly NewPayment[]): readonly unknown[][] {
  const column = (pick: (terms: PaymentTerms) => unknown): unknown[] =>
    added.map(({ terms }) => pick(terms) ?? null)
  return [
    added.map((one) => one.bookId),
    column((terms) => terms.paymentId),
    column((terms) => terms.face),
    column((terms) => terms.currency),
    column((terms) => terms.price.units),
    column((terms) => terms.price.decimals),
    column((terms) => terms.currencyUsd),
    column((terms) => terms.productName),
    column((terms) => terms.description),
    column((terms) => terms.customerId),
    column((terms) => terms.metadata),
    column((terms) => terms.sealedEmail),
    column((terms) => terms.successUrl),
    column((terms) => terms.cancelUrl),
    column((terms) => terms.redirectUrl),
    column((terms) => terms.callbackUrl),
    column((terms) => new Date(terms.createdAt)),
    column((terms) => new Date(terms.expiresAt)),
  ]
}

function optionColumns(added: readonly NewPayment[]): readonly unknown[][] {
  const options = added.flatMap(({ bookId, terms }) =>
    terms.options.map((option, position) => ({
      ...option,
      bookId,
      paymentId: terms.paymentId,
      position,
    })),
  )
  return [
    options.map((option) => option.bookId),
    options.map((option) => option.paymentId),
    options.map((option) => option.position),
    options.map((option) => option.asset),
    options.map((option) => option.address),
    options.map((option) => option.due),
    options.map((option) => option.tolerated),
    options.map((option) => option.assetUsd ?? null),
  ]
}
