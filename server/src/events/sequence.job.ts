import type { ShellCtx } from '../shell/context.ts'
import { unsequencedBooks } from './event.store.ts'
import { sequenceBatch, type EventsPlaced } from './sequence.action.ts'

const BOOKS_PER_ROUND = 100
const IDLE_MS = 50

type SequencerCtx = Pick<ShellCtx, 'db' | 'clock' | 'log'> & Readonly<{ placed?: EventsPlaced }>

/**
 * Right behind the writers, gives every committed event its place in its book's log. The row that
 * waits is the event itself; a transaction that is rolled back leaves it waiting.
 *
 * Any number of workers may run it: a book's log is extended by one at a time.
 */
export async function runSequencer(ctx: SequencerCtx, signal: AbortSignal): Promise<void> {
  let after = ''
  while (!signal.aborted) {
    const round = await sequenceRound(ctx, after).catch((error: unknown) => {
      ctx.log.error({ error }, 'finding events without a place failed')
      return { after: '', sequenced: 0 }
    })
    after = round.after
    if (round.sequenced === 0 && after === '') await ctx.clock.sleep(IDLE_MS, signal)
  }
}

/**
 * One batch of each of the next books after `after` in which events wait.
 *
 * @returns where to go on (`''`: from the first book), and how many events got their place
 */
export async function sequenceRound(
  ctx: SequencerCtx,
  after: string,
): Promise<Readonly<{ after: string; sequenced: number }>> {
  const books = await unsequencedBooks(ctx.db, { after, limit: BOOKS_PER_ROUND })
  let sequenced = 0
  for (const bookId of books) {
    // One book's trouble is not the others'.
    sequenced += await sequenceBatch(ctx, bookId).catch((error: unknown) => {
      ctx.log.error({ bookId, error }, 'placing events in the log failed')
      return 0
    })
  }
  return { after: books.length < BOOKS_PER_ROUND ? '' : (books.at(-1) ?? ''), sequenced }
}
