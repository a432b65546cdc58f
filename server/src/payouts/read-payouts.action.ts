import { shownHashes } from '../custody/outgoing/read-broadcasts.action.ts'
import { problemsOf } from '../custody/outgoing/read-outgoing.action.ts'
import { AppError } from '../errors/app-error.ts'
import { assetsNamed } from '../money/alias.ts'
import type { Book } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { isId } from '../shell/object-id.ts'
import { batchSnapshot } from './batch.ts'
import type { Batch } from './batch.ts'
import { findBatch, sumBatch } from './batch.store.ts'
import { listPayoutIds, type PayoutFilter } from './list.store.ts'
import type { Payout } from './payout.ts'
import { readPayouts } from './payout.store.ts'
import { payoutSnapshot } from './snapshot.ts'

/** A payout as it is told. */
export type PayoutView = ReturnType<typeof payoutSnapshot>

/** A batch as it is told. */
export type BatchView = ReturnType<typeof batchSnapshot>

/** A payout of this book. @throws payouts.payout_unknown, also for ids of other books */
export async function findPayout(db: Queryable, book: Book, id: string): Promise<Payout> {
  // What cannot be an id is not asked for: a text may hold what the database has no place for.
  const [payout] = await readPayouts(db, book.bookId, isId(id) ? [id] : [])
  if (payout === undefined) throw new AppError('payouts.payout_unknown', { id })
  return payout
}

/** A payout, or the batch with this id, as it is told. @throws payouts.payout_unknown */
export async function viewById(
  db: Queryable,
  book: Book,
  id: string,
): Promise<PayoutView | BatchView> {
  if (isId(id) && id.startsWith('batch_')) {
    const batch = await findBatch(db, book.bookId, id)
    if (batch !== undefined) return viewBatch(db, book, batch)
  }
  return viewPayout(db, book, await findPayout(db, book, id))
}

/** A payout as it is told. */
export async function viewPayout(db: Queryable, book: Book, payout: Payout): Promise<PayoutView> {
  const [view] = await viewPayouts(db, book, [payout])
  if (view === undefined) throw new Error('each payout has a view')
  return view
}

/** A batch as it is told. */
export const viewBatch = async (
  db: Queryable,
  { bookId }: Book,
  batch: Batch,
): Promise<BatchView> => batchSnapshot(batch, await sumBatch(db, bookId, batch.batchId))

/** Payouts as they are told, with what holds up those that are being sent, and their hashes. */
export async function viewPayouts(
  db: Queryable,
  { bookId, environment }: Book,
  payouts: readonly Payout[],
): Promise<readonly PayoutView[]> {
  const sent = payouts.flatMap((one) => (one.status === 'processing' ? (one.dispatchId ?? []) : []))
  const dispatchIds = [...new Set(sent)]
  const problems = await problemsOf(db, bookId, dispatchIds)
  const hashes = await shownHashes(db, bookId, dispatchIds)
  return payouts.map((one) => {
    const view = payoutSnapshot(one, environment)
    const dispatchId = one.dispatchId ?? ''
    return {
      ...view,
      tx_hash: view.tx_hash ?? hashes.get(dispatchId) ?? null,
      problem: view.problem ?? problems.get(dispatchId) ?? null,
    }
  })
}

/** What a list of payouts is narrowed to; `currency` is a symbol, code or CAIP-19 id. */
export type PayoutQuery = Omit<PayoutFilter, 'assets'> & Readonly<{ currency?: string | undefined }>

/**
 * A page of payouts, newest first. @throws payouts.payout_place_unknown, money.unknown_currency
 */
export async function listPayouts(
  db: Queryable,
  book: Book,
  { query, place }: Readonly<{ query: PayoutQuery; place: ListPlace }>,
) {
  const { currency, ...rest } = query
  const assets = currency === undefined ? undefined : assetIdsNamed(currency)
  const list = { filter: { ...rest, assets }, place }
  const { ids, total, next } = await listPayoutIds(db, book.bookId, list)
  return {
    items: await viewPayouts(db, book, await readPayouts(db, book.bookId, ids)),
    total,
    next,
  }
}

function assetIdsNamed(currency: string) {
  const assets = [...assetsNamed(currency)].map((asset) => asset.id)
  if (assets.length === 0) throw new AppError('money.unknown_currency', { currency })
  return assets
}
