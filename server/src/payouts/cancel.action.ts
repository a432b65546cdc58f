import { AppError } from '../errors/app-error.ts'
import { appendEvent } from '../events/append-event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { payoutReleased } from '../ledger/payout-operations.ts'
import { requirePosted } from '../ledger/result.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { eventOf } from './payout-events.ts'
import type { Payout } from './payout.ts'
import { lockPayouts } from './payout.store.ts'
import { writeCanceled } from './payout-step.store.ts'
import { lockBatchesOf, tellBatches } from './tell-batch.action.ts'
import { tellSource } from './tell-source.action.ts'

/** What ending payouts needs in its dbTx. */
export type EndCtx = Pick<ShellCtx, 'ids' | 'clock'> & Readonly<{ ledger: Ledger }>

/** Payouts that are called back, and why, as a sentence. */
export type Cancellation = Readonly<{ book: Book; payoutIds: readonly string[]; problem: string }>

/**
 * Calls payouts back for which nothing was planned yet: their money is their owner's again. Those
 * that are past that, or at their end, are left as they are.
 *
 * @returns those that were called back now
 */
export async function cancel(
  ctx: EndCtx,
  dbTx: DbTx,
  { book, payoutIds, problem }: Cancellation,
): Promise<readonly Payout[]> {
  const payouts = await lockPayouts(dbTx, book.bookId, payoutIds)
  const open = payouts.filter(isOpen)
  if (open.length === 0) return []
  const batchIds = await lockBatchesOf(dbTx, book.bookId, open)
  const at = bookNow(ctx.clock, book)
  const of = { bookId: book.bookId, payoutIds: open.map((one) => one.payoutId) }
  await writeCanceled(dbTx, of, { problem, at })
  const canceled = open.map((one): Payout => ({
    ...one,
    ...{ status: 'canceled', problem, endedAt: at },
  }))
  for (const one of canceled) {
    await tellSource(ctx, dbTx, { book, payout: one })
    await appendEvent(ctx, dbTx, eventOf(book, one))
  }
  await tellBatches(ctx, dbTx, { book, batchIds })
  for (const one of canceled) await release(ctx, dbTx, one)
  return canceled
}

const isOpen = ({ status, dispatchId }: Payout): boolean =>
  status === 'pending_verification' || (status === 'processing' && dispatchId === undefined)

async function release(ctx: EndCtx, dbTx: DbTx, payout: Payout): Promise<void> {
  const entry = payoutReleased(payout)
  const result = await ctx.ledger.postInDbTx(dbTx, payout.bookId, entry)
  requirePosted(entry.externalId, result)
}

/**
 * Calls a payout back because its owner wants that.
 *
 * @throws payouts.payout_unknown, payouts.cannot_cancel
 */
export async function cancelOne(
  ctx: EndCtx,
  dbTx: DbTx,
  { book, id }: Readonly<{ book: Book; id: string }>,
): Promise<Payout> {
  const problem = 'It was called back by the API before anything was sent.'
  const [canceled] = await cancel(ctx, dbTx, { book, payoutIds: [id], problem })
  if (canceled !== undefined) return canceled
  const [payout] = await lockPayouts(dbTx, book.bookId, [id])
  if (payout === undefined) throw new AppError('payouts.payout_unknown', { id })
  // The same again answers the same.
  if (payout.status === 'canceled') return payout
  throw new AppError('payouts.cannot_cancel', { id, status: payout.status })
}
