import { AppError } from '../errors/app-error.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { addClockOffset } from './book-clock.store.ts'

/** How far ahead a sandbox's clock can go, in years of 366 days. */
const YEARS_MAX = 20

/**
 * Moves the clock of a sandbox book ahead: quotes expire, and what was due by then is due.
 *
 * @param seconds > 0
 * @returns the time in the book from now on
 * @throws sandbox.test_key_needed, sandbox.clock_too_far
 */
export async function advanceClock(
  ctx: Pick<ShellCtx, 'clock'>,
  dbTx: DbTx,
  { book, seconds }: Readonly<{ book: Book; seconds: number }>,
): Promise<Instant> {
  if (book.environment !== 'test') throw new AppError('sandbox.test_key_needed', {})
  const offsetMaxMs = YEARS_MAX * 366 * 86_400_000
  const clockOffsetMs = await addClockOffset(dbTx, book.bookId, {
    ms: seconds * 1_000,
    offsetMaxMs,
    now: ctx.clock.now(),
  })
  if (clockOffsetMs === undefined) {
    throw new AppError('sandbox.clock_too_far', { yearsMax: YEARS_MAX })
  }
  return bookNow(ctx.clock, { clockOffsetMs })
}
