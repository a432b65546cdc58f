import { appendEvent } from '../events/append-event.ts'
import type { EventType } from '../events/event-types.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { batchSnapshot, batchStatus, type Batch, type BatchStatus } from './batch.ts'
import { findBatch, lockBatches, noteToldStatus, sumBatch } from './batch.store.ts'
import type { Payout } from './payout.ts'

type Ctx = Pick<ShellCtx, 'ids' | 'clock'>

const EVENTS = {
  pending_verification: 'payout_batch.created',
  processing: 'payout_batch.processing',
  completed: 'payout_batch.completed',
  partially_completed: 'payout_batch.partially_completed',
  failed: 'payout_batch.failed',
  canceled: 'payout_batch.canceled',
} as const satisfies Record<BatchStatus, EventType>

/**
 * Locks the batches that payouts belong to until the dbTx ends, so that whoever ends the last one
 * sees the ends of all others. It comes before anything is booked: accounts are locked after it.
 *
 * @returns their ids
 */
export async function lockBatchesOf(
  dbTx: DbTx,
  bookId: BookId,
  payouts: readonly Payout[],
): Promise<readonly string[]> {
  const batchIds = new Set(payouts.flatMap(({ batchId }) => batchId ?? []))
  return batchIds.size === 0 ? [] : lockBatches(dbTx, bookId, [...batchIds])
}

/** Tells the states to which batches came by what this dbTx has done to their payouts. */
export async function tellBatches(
  ctx: Ctx,
  dbTx: DbTx,
  { book, batchIds }: Readonly<{ book: Book; batchIds: readonly string[] }>,
): Promise<void> {
  for (const batchId of batchIds) {
    const batch = await findBatch(dbTx, book.bookId, batchId)
    if (batch === undefined) throw new Error(`there is no batch ${batchId}`)
    await tell(ctx, dbTx, { book, batch })
  }
}

/** Tells that a batch was made. */
export const tellNewBatch = (
  ctx: Ctx,
  dbTx: DbTx,
  of: Readonly<{ book: Book; batch: Batch }>,
): Promise<void> => tell(ctx, dbTx, { ...of, type: 'payout_batch.created' })

async function tell(
  ctx: Ctx,
  dbTx: DbTx,
  { book, batch, type }: Readonly<{ book: Book; batch: Batch; type?: EventType }>,
): Promise<void> {
  const { batchId } = batch
  const sums = await sumBatch(dbTx, book.bookId, batchId)
  const status = batchStatus(sums.map((one) => one.status))
  if (!(await noteToldStatus(dbTx, book.bookId, { batchId, status }))) return
  await appendEvent(ctx, dbTx, {
    book,
    type: type ?? EVENTS[status],
    objectId: batchId,
    object: batchSnapshot(batch, sums),
  })
}
