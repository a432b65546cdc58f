import { acceptedFor } from '../custody/outgoing/read-broadcasts.action.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { awaitSending } from './await-sending.action.ts'
import { readPayouts } from './payout.store.ts'
import type { Payout } from './payout.ts'

/** What came of waiting. */
export type Broadcast = 'broadcast' | 'waiting' | 'canceled'

/** More payouts than this are not waited for: their transactions take longer than any caller. */
const PAYOUTS_MAX = 50

/**
 * Waits until nodes have accepted the transactions of all these payouts, or time is up.
 *
 * @returns `canceled` when all of them were called back meanwhile
 * @throws payouts.broadcast_failure when one was refused within that time, and its money is back
 */
export async function awaitBroadcast(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  book: Book,
  { payoutIds, waitMs }: Readonly<{ payoutIds: readonly string[]; waitMs: number }>,
): Promise<Broadcast> {
  if (payoutIds.length > PAYOUTS_MAX || waitMs === 0) return 'waiting'
  const until = ctx.clock.now() + waitMs
  for (const payoutId of payoutIds) {
    await awaitSending(ctx, book, { payoutId, waitMs: Math.max(0, until - ctx.clock.now()) })
  }
  const payouts = await readPayouts(ctx.db, book.bookId, payoutIds)
  const dispatchIds = payouts.flatMap((one) => one.dispatchId ?? [])
  const accepted = await acceptedFor(ctx.db, book.bookId, dispatchIds)
  if (payouts.every(({ status }) => status === 'canceled')) return 'canceled'
  // What was called back has no dispatch: nothing of it was sent.
  const isOut = ({ status, dispatchId }: Payout): boolean =>
    status === 'completed' || (dispatchId !== undefined && accepted.has(dispatchId))
  return payouts.every(isOut) ? 'broadcast' : 'waiting'
}
