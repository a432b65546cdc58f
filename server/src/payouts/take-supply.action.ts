import type { AssetId, Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { promise, readPromised } from './claim.store.ts'
import type { Supplied } from './supply.ts'

/**
 * Sets aside what `ensureSupply` found, in the dbTx that plans what takes it. Of many who found the
 * same coins only as many get them as these are enough for.
 *
 * @returns false: somebody else was faster, and it has to be asked for again. Nothing may be
 *   planned then, and the dbTx may stay: what was promised too much only makes others look again
 */
export async function takeSupply(
  dbTx: DbTx,
  { bookId }: Book,
  { spares }: Supplied,
): Promise<boolean> {
  // In one order for everybody, so that two who want the same coins do not wait for each other.
  const inOrder = spares.toSorted((a, b) => (a.asset < b.asset ? -1 : 1))
  for (const spare of inOrder) if (!(await promise(dbTx, bookId, spare))) return false
  return true
}

/** What was ever promised of a treasury's coins, by asset: read before these are looked at. */
export const promisedOf = (
  db: Queryable,
  { bookId }: Book,
  assets: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, Units>> => readPromised(db, bookId, assets)
