import { AppError } from '../errors/app-error.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { askForRefill, countPooled, takePooled, type PlacedKey } from './pool.store.ts'
import type { PoolFamily } from './signer.client.ts'

/** Below so many keys a pool is refilled. */
export const POOL_LOW = 100

/**
 * Keys that the signer made ahead, each for the first and only time. It never waits for the signer:
 * a pool that runs low is refilled by a job.
 *
 * @throws custody.addresses_exhausted when fewer are left than are wanted; none is taken then
 */
export async function takePooledKeys(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  book: Pick<Book, 'bookId'>,
  wanted: Readonly<{ chain: ChainId; family: PoolFamily; count: number }>,
): Promise<readonly PlacedKey[]> {
  const { chain, family, count } = wanted
  const pool = { book_id: book.bookId, family }
  const taken = await inDbTx(ctx, async (dbTx) => {
    const left = await countPooled(dbTx, pool)
    if (left < POOL_LOW + count) await askForRefill(dbTx, pool, ctx.clock.now())
    return left < count ? [] : takePooled(dbTx, pool, count)
  })
  if (taken.length === count) return taken
  // What was taken besides others who took at the same moment is not put back: a gap costs nothing.
  throw new AppError('custody.addresses_exhausted', { chain })
}
