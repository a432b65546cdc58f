import { AppError } from '../errors/app-error.ts'
import type { AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../shell/list-page.ts'
import type { PayoutStatus } from './payout.ts'

/** What of a book's payouts is listed; absent members do not narrow. */
export type PayoutFilter = Readonly<{
  status?: PayoutStatus | undefined
  assets?: readonly AssetId[] | undefined
  customerId?: string | undefined
  batchId?: string | undefined
  externalId?: string | undefined
}>

/** Ids of payouts. @throws payouts.payout_place_unknown when the cursor is none of this list's */
export function listPayoutIds(
  db: Queryable,
  bookId: BookId,
  { filter, place }: Readonly<{ filter: PayoutFilter; place: ListPlace }>,
): Promise<IdPage> {
  // Texts of their own for each filter: a condition that may be absent would use no index.
  const conditions = [
    ['status = $', filter.status],
    ['asset = any($', filter.assets],
    ['customer_id = $', filter.customerId],
    ['batch_id = $', filter.batchId],
    ['external_id = $', filter.externalId],
  ].filter(([, value]) => value !== undefined)
  const narrowed = conditions.map(([text], nth) =>
    text === 'asset = any($' ? `asset = any($${nth + 2}::text[])` : `${String(text)}${nth + 2}`,
  )
  return listIds(
    db,
    {
      table: 'payout',
      id: 'payout_id',
      at: 'created_at',
      scope: 'book_id = $1',
      scopeSize: 1,
      filter: narrowed.join(' and '),
      params: [bookId, ...conditions.map(([, value]) => value)],
    },
    { place, refuse },
  )
}

/** Ids of what came to a wallet and was sent from it. @throws payouts.payout_place_unknown */
export const listTransactionIds = (
  db: Queryable,
  bookId: BookId,
  { walletId, place }: Readonly<{ walletId: string; place: ListPlace }>,
): Promise<IdPage> =>
  listIds(
    db,
    {
      table: 'wallet_transaction',
      id: 'transaction_id',
      at: 'happened_at',
      scope: 'book_id = $1 and wallet_id = $2',
      scopeSize: 2,
      filter: '',
      params: [bookId, walletId],
    },
    { place, refuse },
  )

const refuse = (cursor: string): AppError =>
  new AppError('payouts.payout_place_unknown', { cursor })
