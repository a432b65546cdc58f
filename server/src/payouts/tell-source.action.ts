import { followRefund, type RefundStep } from '../payments/refunds.action.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import type { Payout } from './payout.ts'

/** Tells the refund that a payout sends how that ended; other sources have nothing to be told. */
export async function tellSource(
  ctx: Pick<ShellCtx, 'ids' | 'clock'>,
  dbTx: DbTx,
  { book, payout }: Readonly<{ book: Book; payout: Payout }>,
): Promise<void> {
  const { kind, sourceId } = payout
  if (kind !== 'refund' || sourceId === undefined) return
  await followRefund(ctx, dbTx, { book, refundId: sourceId, step: stepOf(payout) })
}

function stepOf({ payoutId, status, txHash, problem }: Payout): RefundStep {
  if (status === 'completed' && txHash !== undefined) return { kind: 'sent', txHash }
  if (status === 'failed' || status === 'canceled') {
    return { kind: 'failed', problem: problem ?? `${payoutId} sent nothing` }
  }
  throw new Error(`${payoutId} is ${status}, which is no end`)
}
