import { AppError } from '../errors/app-error.ts'
import { appendEvent } from '../events/append-event.ts'
import type { EventType } from '../events/event-types.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { isId } from '../shell/object-id.ts'
import { refundSnapshot } from './exception-snapshot.ts'
import {
  insertRefunds,
  listRefundIds,
  lockRefund,
  readRefunds,
  readRefundsById,
  writeRefund,
} from './refund.store.ts'
import type { Refund } from './refund.ts'

// Refunds are owed by the inbox and sent by payouts: these are the words between the two.

type Ctx = Pick<ShellCtx, 'ids' | 'clock'>

/** A refund of this book. @throws payments.refund_unknown, also for ids of other books */
export async function findRefund(db: Queryable, book: Book, id: string): Promise<Refund> {
  const [refund] = await readRefundsById(db, book.bookId, isId(id) ? [id] : [])
  if (refund === undefined) throw new AppError('payments.refund_unknown', { id })
  return refund
}

/** A refund as `GET /v1/refunds/:id` answers it. @throws payments.refund_unknown */
export const viewRefund = async (db: Queryable, book: Book, id: string) =>
  refundSnapshot(await findRefund(db, book, id))

/** A page of refunds, newest first. @throws payments.place_unknown */
export async function listRefunds(db: Queryable, { bookId }: Book, place: ListPlace) {
  const { ids, total, next } = await listRefundIds(db, bookId, place)
  return { items: (await readRefundsById(db, bookId, ids)).map(refundSnapshot), total, next }
}

/** The refunds that a decision on an exception led to. */
export const refundsOfException = (
  db: Queryable,
  { bookId }: Book,
  exceptionId: string,
): Promise<readonly Refund[]> => readRefunds(db, bookId, [exceptionId])

/**
 * Locks a refund that awaits its payout, before money is held for it.
 *
 * @throws payments.refund_unknown, payments.refund_under_way
 */
export async function lockOwedRefund(
  dbTx: DbTx,
  { bookId }: Book,
  refundId: string,
): Promise<Refund> {
  const refund = await lockRefund(dbTx, bookId, refundId)
  if (refund === undefined) throw new AppError('payments.refund_unknown', { id: refundId })
  if (refund.state === 'awaiting_payout') return refund
  throw new AppError('payments.refund_under_way', { id: refundId, state: refund.state })
}

/** Writes refunds that a decision led to, and tells of them. */
export async function beginRefunds(
  ctx: Ctx,
  dbTx: DbTx,
  { book, refunds }: Readonly<{ book: Book; refunds: readonly Refund[] }>,
): Promise<void> {
  await insertRefunds(dbTx, book.bookId, refunds)
  for (const refund of refunds) {
    const { refundId: objectId } = refund
    const object = refundSnapshot(refund)
    await appendEvent(ctx, dbTx, { book, type: 'refund.created', objectId, object })
  }
}

/** How a refund goes on. */
export type RefundStep =
  | Readonly<{ kind: 'begun'; payoutId: string; address: string }>
  | Readonly<{ kind: 'sent'; txHash: string }>
  /** Owed again; the sentence says why. */
  | Readonly<{ kind: 'failed'; problem: string }>
  /** Owed as before: it could not even be begun. */
  | Readonly<{ kind: 'not_begun'; problem: string }>

/**
 * Writes how a refund goes on, and tells of it, in the dbTx of the payout that sends it.
 *
 * @throws payments.refund_unknown; payments.refund_under_way when one is begun that awaits nothing
 */
export async function followRefund(
  ctx: Ctx,
  dbTx: DbTx,
  { book, refundId, step }: Readonly<{ book: Book; refundId: string; step: RefundStep }>,
): Promise<Refund> {
  const begins = step.kind === 'begun' || step.kind === 'not_begun'
  const refund = begins
    ? await lockOwedRefund(dbTx, book, refundId)
    : await lockRefund(dbTx, book.bookId, refundId)
  if (refund === undefined || (!begins && refund.state !== 'sending')) {
    throw new Error(`${refundId} is ${refund?.state ?? 'nowhere'} and cannot be ${step.kind}`)
  }
  const after = { ...refund, ...changeOf(step) }
  await writeRefund(dbTx, book.bookId, after)
  const type = TYPES[step.kind]
  const told = step.kind === 'failed' ? { rollback_confirmed: true } : {}
  const object = { ...refundSnapshot(after), ...told }
  await appendEvent(ctx, dbTx, { book, type, objectId: refundId, object })
  return after
}

const TYPES = {
  begun: 'refund.sending',
  sent: 'refund.sent',
  failed: 'refund.failed',
  not_begun: 'refund.waiting',
} as const satisfies Record<RefundStep['kind'], EventType>

function changeOf(step: RefundStep): Partial<Refund> {
  switch (step.kind) {
    case 'begun': {
      const { payoutId, address } = step
      return { state: 'sending', payoutId, address, problem: undefined }
    }
    case 'sent':
      return { state: 'sent', txHash: step.txHash }
    case 'failed':
      return { state: 'awaiting_payout', problem: step.problem }
    case 'not_begun':
      return { problem: step.problem }
  }
}
