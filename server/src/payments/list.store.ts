import { AppError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../shell/list-page.ts'
import type { CaseFilter, PaymentFilter } from './list-filter.ts'

const BOOK = { scope: 'book_id = $1', scopeSize: 1 } as const

const PAYMENTS_WHERE = `($2::text is null or face = $2)
  and ($3::text is null or status = $3) and ($4::text is null or customer_id = $4)
  and ($5::timestamptz is null or created_at >= $5)
  and ($6::timestamptz is null or created_at < $6)`

const CASES_WHERE = `($2::text is null or state = $2)
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
      ...BOOK,
      filter: PAYMENTS_WHERE,
      params: [
        bookId,
        filter.face ?? null,
        filter.status ?? null,
        filter.customerId ?? null,
        from === undefined ? null : new Date(from),
        before === undefined ? null : new Date(before),
      ],
    },
    { place, refuse },
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
      ...BOOK,
      filter: CASES_WHERE,
      params: [bookId, filter.state ?? null, filter.kind ?? null, filter.paymentId ?? null],
    },
    { place, refuse },
  )
}

const refuse = (cursor: string): AppError => new AppError('payments.place_unknown', { cursor })
