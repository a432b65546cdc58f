import { AppError } from '../errors/app-error.ts'
import type { AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'

/** Which part of a list is asked for: a page from 1, or what comes after an object's id. */
export type ListPlace = Readonly<{ page: number; limit: number; cursor?: string | undefined }>

/** What of a book's wallets is listed; absent members do not narrow. */
export type WalletFilter = Readonly<{
  customerId?: string | undefined
  assets?: readonly AssetId[] | undefined
}>

/** The ids on one page, newest first, and how many there are on all; no `next`: the last page. */
export type IdPage = Readonly<{
  ids: readonly string[]
  total: number
  next: string | undefined
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
  const where = [
    'book_id = $1',
    ...(customerId === undefined ? [] : ['customer_id = $2']),
    ...(assets === undefined ? [] : [`asset = any($${params.length}::text[])`]),
  ].join(' and ')
  const listing = { table: 'wallet', id: 'wallet_id', at: 'created_at', where, params } as const
  return listIds(db, listing, place)
}

/** Ids of a wallet's deposits. @throws wallets.list_place_unknown */
export function listDepositIds(
  db: Queryable,
  bookId: BookId,
  { walletId, place }: Readonly<{ walletId: string; place: ListPlace }>,
): Promise<IdPage> {
  return listIds(
    db,
    {
      table: 'wallet_deposit',
      id: 'deposit_id',
      at: 'seen_at',
      where: 'book_id = $1 and wallet_id = $2',
      params: [bookId, walletId],
    },
    place,
  )
}

type Listing = Readonly<{
  table: 'wallet' | 'wallet_deposit'
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
  const below = after === undefined ? '' : `and (${at}, ${id}) < ($${size + 3}, $${size + 4})`
  const rows = await db.query<{ id: string }>(
    `select ${id} as id from ${table} where ${where} ${below}
     order by ${at} desc, ${id} desc limit $${size + 1} offset $${size + 2}`,
    [...params, place.limit + 1, skipped, ...(after === undefined ? [] : [after.at, after.id])],
  )
  const ids = rows.slice(0, place.limit).map((row) => row.id)
  const next = rows.length > place.limit ? ids.at(-1) : undefined
  return { ids, total: counted?.total ?? 0, next }
}

const ID = /^[a-z]{2,8}_[0-9A-Za-z]{1,64}$/

// A cursor is the last object of the page before: it stays good whatever is added meanwhile.
async function placeAfter(
  db: Queryable,
  { table, id, at, where, params }: Listing,
  cursor: string | undefined,
): Promise<Readonly<{ at: Date; id: string }> | undefined> {
  if (cursor === undefined) return undefined
  if (!ID.test(cursor)) throw new AppError('wallets.list_place_unknown', { cursor })
  const [row] = await db.query<{ at: Instant }>(
    `select ${at} as at from ${table} where ${where} and ${id} = $${params.length + 1}`,
    [...params, cursor],
  )
  if (row === undefined) throw new AppError('wallets.list_place_unknown', { cursor })
  return { at: new Date(row.at), id: cursor }
}
