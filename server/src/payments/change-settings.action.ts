import type { AssetId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import type { Tolerance } from './quote.ts'
import { putQuoteWindow, putTolerance } from './setting.store.ts'

const MINUTE_MS = 60_000
const WINDOW_MS_MAX = 31 * 24 * 60 * MINUTE_MS

/**
 * Sets how long quotes of a book hold; those that were made before keep theirs.
 *
 * @param quoteWindowMs 1 minute to 31 days
 */
export async function setQuoteWindow(dbTx: DbTx, book: Book, quoteWindowMs: number): Promise<void> {
  const fits = quoteWindowMs >= MINUTE_MS && quoteWindowMs <= WINDOW_MS_MAX
  if (!fits) throw new RangeError(`a quote cannot hold for ${quoteWindowMs} ms`)
  await putQuoteWindow(dbTx, book.bookId, quoteWindowMs)
}

/** Sets what may be missing of payments in an asset; those that were quoted before keep theirs. */
export async function setTolerance(
  dbTx: DbTx,
  book: Book,
  tolerance: Tolerance & Readonly<{ asset: AssetId }>,
): Promise<void> {
  await putTolerance(dbTx, book.bookId, tolerance)
}
