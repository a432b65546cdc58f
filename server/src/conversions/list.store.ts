import { AppError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../shell/list-page.ts'

/** What of a book's conversions is listed; absent members do not narrow. */
export type ConversionFilter = Readonly<{ customerId?: string | undefined }>

/** Ids of conversions. @throws conversions.conversion_place_unknown */
export function listConversionIds(
  db: Queryable,
  bookId: BookId,
  { filter, place }: Readonly<{ filter: ConversionFilter; place: ListPlace }>,
): Promise<IdPage> {
  const { customerId } = filter
  return listIds(
    db,
    {
      table: 'conversion',
      id: 'conversion_id',
      at: 'created_at',
      scope: 'book_id = $1',
      scopeSize: 1,
      filter: customerId === undefined ? '' : 'customer_id = $2',
      params: [bookId, ...(customerId === undefined ? [] : [customerId])],
    },
    { place, refuse },
  )
}

const refuse = (cursor: string): AppError =>
  new AppError('conversions.conversion_place_unknown', { cursor })
