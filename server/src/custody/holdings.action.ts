import type { AssetId, ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Holding } from './holding.ts'
import { markSwept, readHoldings } from './holdings.store.ts'

/** What lies at a book's addresses in one asset, the most first, at most `limit` addresses. */
export const holdingsOf = (
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId; asset: AssetId }>,
  limit: number,
): Promise<readonly Holding[]> => readHoldings(db, of, limit)

/** Notes that the coins of deposits left their addresses. */
export const noteSwept = (
  dbTx: DbTx,
  of: Readonly<{ bookId: BookId; depositIds: readonly string[]; by: string }>,
): Promise<void> => markSwept(dbTx, of)
