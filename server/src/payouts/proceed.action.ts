import { appendEvent } from '../events/append-event.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { eventOf } from './payout-events.ts'
import { lockPayouts } from './payout.store.ts'
import { writeProcessing } from './payout-step.store.ts'
import { lockBatchesOf, tellBatches } from './tell-batch.action.ts'

/**
 * Lets payouts go on that waited for somebody: they are sent at once. Those that wait no more are
 * left as they are.
 *
 * @returns the ids of those that go on now
 */
export async function proceed(
  ctx: Pick<ShellCtx, 'ids' | 'clock'>,
  dbTx: DbTx,
  { book, payoutIds }: Readonly<{ book: Book; payoutIds: readonly string[] }>,
): Promise<readonly string[]> {
  const payouts = await lockPayouts(dbTx, book.bookId, payoutIds)
  const waiting = payouts.filter((one) => one.status === 'pending_verification')
  if (waiting.length === 0) return []
  const batchIds = await lockBatchesOf(dbTx, book.bookId, waiting)
  const of = { bookId: book.bookId, payoutIds: waiting.map((one) => one.payoutId) }
  await writeProcessing(dbTx, of, ctx.clock.now())
  for (const one of waiting) {
    await appendEvent(ctx, dbTx, eventOf(book, { ...one, status: 'processing' }))
  }
  await tellBatches(ctx, dbTx, { book, batchIds })
  return of.payoutIds
}
