import { AppError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import { isId } from './object-id.ts'
import type { CaseFilter, ListPlace, PaymentFilter } from './list-filter.ts'

/** The ids on one page, newest first, and how many there are on all; no `next`: the last page. */
export type IdPage = Readonly<{
  ids: readonly string[]
  total: number
  next: string | undefined
}>

const PAYMENTS_WHERE = `book_id = $1 and ($2::text is null or face = $2)
  and ($3::text is null or status = $3) and ($4::text is null or customer_id = $4)
  and ($5::timestamptz is null or created_at >= $5)
  and ($6::timestamptz is null or created_at < $6)`

const CASES_WHERE = `book_id = $1 and ($2::text is null or state = $2)
  and ($3::text is null or kind = $3) and ($4::text is null or payment_id = $4)`

/** Ids of payments. @throws payments.place_unknown when the cursor is none of this list's */
export function listPaymentIds(
  db: Queryable,
  bookId: BookId,
  { filter, place }: Readonly<{ filter: PaymentFilter; place: ListPlace }>,
): Promise<IdPage> {
  const { createdFrom: from, createdBefore: before } = filter
  return listIds(
    db,
    {
      table: 'payment',
      id: 'payment_id',
      at: 'created_at',
      where: PAYMENTS_WHERE,
      params: [
        bookId,
        filter.face ?? null,
        filter.status ?? null,
        filter.customerId ?? null,
        from === undefined ? null : new Date(from),
        before === undefined ? null : new Date(before),
      ],
    },
    place,
  )
}

/** Ids of exceptions. @throws payments.place_unknown when the cursor is none of this list's */
export function listCaseIds(
  db: Queryable,
  bookId: BookId,
  { filter, place }: Readonly<{ filter: CaseFilter; place: ListPlace }>,
): Promise<IdPage> {
  return listIds(
    db,
    {
      table: 'payment_exception',
      id: 'exception_id',
      at: 'opened_at',
      where: CASES_WHERE,
      params: [bookId, filter.state ?? null, filter.kind ?? null, filter.paymentId ?? null],
    },
    place,
  )
}

type Listing = Readonly<{
  table: 'payment' | 'payment_exception'
  id: string
  at: string
  where: string
  params: readonly unknown[]
}>

async function listIds(db: Queryable, listing: Listing, place: ListPlace): Promise<IdPage> {
  const { table, id, at, where, params } = listing
  const [counted] = await db.query<{ total: number }>(
    `select count(*) as total from ${table} where ${where}`,
    params,
  )
  const after = await placeAfter(db, listing, place.cursor)
  const size = params.length
  const skipped = after === undefined ? (place.page - 1) * place.limit : 0
  const rows = await db.query<{ id: string }>(
    `select ${id} as id from ${table}
     where ${where}
       and ($${size + 1}::timestamptz is null or (${at}, ${id}) < ($${size + 1}, $${size + 2}))
     order by ${at} desc, ${id} desc limit $${size + 3} offset $${size + 4}`,
    [...params, after?.at ?? null, after?.id ?? null, place.limit + 1, skipped],
  )
  const ids = rows.slice(0, place.limit).map((row) => row.id)
  const next = rows.length > place.limit ? ids.at(-1) : undefined
  return { ids, total: counted?.total ?? 0, next }
}

// A cursor is the last object of the page before: it stays good whatever is added meanwhile.
async function placeAfter(
  db: Queryable,
  { table, id, at, params }: Listing,
  cursor: string | undefined,
): Promise<Readonly<{ at: Date; id: string }> | undefined> {
  if (cursor === undefined) return undefined
  if (!isId(cursor)) throw new AppError('payments.place_unknown', { cursor })
  const [row] = await db.query<{ at: Instant }>(
    `select ${at} as at from ${table} where book_id = $1 and ${id} = $2`,
    [params[0], cursor],
  )
  if (row === undefined) throw new AppError('payments.place_unknown', { cursor })
  return { at: new Date(row.at), id: cursor }
}
