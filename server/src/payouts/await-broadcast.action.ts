import { acceptedFor } from '../custody/outgoing/read-broadcasts.action.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { awaitSending } from './await-sending.action.ts'
import { readPayouts } from './payout.store.ts'

/** More payouts than this are not waited for: their transactions take longer than any caller. */
const PAYOUTS_MAX = 50

/**
 * Waits until nodes have accepted the transactions of all these payouts, or time is up.
 *
 * @returns whether all of them were
 * @throws payouts.broadcast_failure when one was refused within that time, and its money is back
 */
export async function awaitBroadcast(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  book: Book,
  { payoutIds, waitMs }: Readonly<{ payoutIds: readonly string[]; waitMs: number }>,
): Promise<boolean> {
  if (payoutIds.length > PAYOUTS_MAX) return false
  const until = ctx.clock.now() + waitMs
  for (const payoutId of payoutIds) {
    await awaitSending(ctx, book, { payoutId, waitMs: Math.max(0, until - ctx.clock.now()) })
  }
  const payouts = await readPayouts(ctx.db, book.bookId, payoutIds)
  const open = payouts.filter((one) => one.status === 'processing')
  const accepted = await acceptedFor(
    ctx.db,
    book.bookId,
    open.flatMap((one) => one.dispatchId ?? []),
  )
  return open.every(({ dispatchId }) => dispatchId !== undefined && accepted.has(dispatchId))
}
