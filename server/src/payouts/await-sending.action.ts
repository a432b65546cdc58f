import { acceptedFor } from '../custody/outgoing/read-broadcasts.action.ts'
import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Payout } from './payout.ts'
import { findPayout } from './read-payouts.action.ts'

/** How long creating a payout waits for its broadcast, where the caller says nothing, in ms. */
export const CREATE_WAIT_MS = 2_000

const LOOK_MS = 50
const LOOK_MS_MAX = 400

/**
 * Waits until a payout was handed to a node, has ended, or time is up; what waits for somebody is
 * not waited for.
 *
 * @returns the payout as it is then
 * @throws payouts.broadcast_failure when it was refused within that time, and its money is back
 */
export async function awaitSending(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  book: Book,
  { payoutId, waitMs }: Readonly<{ payoutId: string; waitMs: number }>,
): Promise<Payout> {
  const until = ctx.clock.now() + waitMs
  for (let pause = LOOK_MS; ; pause = Math.min(pause * 2, LOOK_MS_MAX)) {
    const payout = await findPayout(ctx.db, book, payoutId)
    if (payout.status === 'failed') {
      throw new AppError('payouts.broadcast_failure', { rollback_confirmed: true })
    }
    const isOver = payout.status !== 'processing' || (await isOut(ctx, payout))
    const left = until - ctx.clock.now()
    if (isOver || left <= 0) return payout
    await ctx.clock.sleep(Math.min(pause, left))
  }
}

async function isOut(
  { db }: Pick<ShellCtx, 'db'>,
  { bookId, dispatchId }: Payout,
): Promise<boolean> {
  if (dispatchId === undefined) return false
  return (await acceptedFor(db, bookId, [dispatchId])).has(dispatchId)
}
