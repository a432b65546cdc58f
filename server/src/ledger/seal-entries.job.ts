import type { ShellCtx } from '../shell/context.ts'
import { sealBook } from './seal-entries.action.ts'
import { unsealedBooks } from './seal.store.ts'

const BOOKS_PER_ROUND = 100
const IDLE_MS = 200

type SealerCtx = Pick<ShellCtx, 'db' | 'clock' | 'log'>

/**
 * Seals right behind the writers, until the signal is aborted. Any number of workers may run it: a
 * book's chain is extended by one at a time.
 */
export async function runSealer(ctx: SealerCtx, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const sealed = await sealEntries(ctx).catch((error: unknown) => {
      ctx.log.error({ error }, 'finding entries to seal failed')
      return 0
    })
    if (sealed === 0) await ctx.clock.sleep(IDLE_MS, signal)
  }
}

/**
 * Seals some entries of every book in which any wait, so that none waits for the others.
 *
 * @returns how many; 0 when nothing was left to seal
 */
export async function sealEntries(ctx: Pick<ShellCtx, 'db' | 'log'>): Promise<number> {
  let sealed = 0
  for (let after = ''; ;) {
    const books = await unsealedBooks(ctx.db, { after, limit: BOOKS_PER_ROUND })
    for (const bookId of books) {
      // One book's trouble is not the others'.
      sealed += await sealBook(ctx, bookId).catch((error: unknown) => {
        ctx.log.error({ bookId, error }, 'sealing entries failed')
        return 0
      })
    }
    const last = books.at(-1)
    if (last === undefined || books.length < BOOKS_PER_ROUND) return sealed
    after = last
  }
}
