import { AppError } from '../errors/app-error.ts'
import type { AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { listIds, type IdPage, type ListPlace } from '../shell/list-page.ts'

/** What of a book's wallets is listed; absent members do not narrow. */
export type WalletFilter = Readonly<{
  customerId?: string | undefined
  assets?: readonly AssetId[] | undefined
}>

/** Ids of wallets. @throws wallets.list_place_unknown when the cursor is none of this list's */
export function listWalletIds(
  db: Queryable,
  bookId: BookId,
  { filter, place }: Readonly<{ filter: WalletFilter; place: ListPlace }>,
): Promise<IdPage> {
  // Texts of their own for each filter: a condition that may be absent would use no index.
  const { customerId, assets } = filter
  const customer = customerId === undefined ? [] : [customerId]
  const params = [bookId, ...customer, ...(assets === undefined ? [] : [assets])]
  const narrowed = [
    ...(customerId === undefined ? [] : ['customer_id = $2']),
    ...(assets === undefined ? [] : [`asset = any($${params.length}::text[])`]),
  ].join(' and ')
  const wallets = { table: 'wallet', id: 'wallet_id', at: 'created_at' } as const
  const scope = { scope: 'book_id = $1', scopeSize: 1 } as const
  return listIds(db, { ...wallets, ...scope, filter: narrowed, params }, { place, refuse })
}

const refuse = (cursor: string): AppError => new AppError('wallets.list_place_unknown', { cursor })
