import { AppError } from '../errors/app-error.ts'
import { appendFirstEvent } from '../events/append-first-event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { idOfName } from '../shell/ids.ts'
import { keptTrace } from '../shell/telemetry/tracing.ts'
import type { Batch } from './batch.ts'
import { findNamedBatch, insertBatch } from './batch.store.ts'
import { draftPayouts, type Draft } from './draft-payouts.ts'
import { insertPayout } from './new-payout.store.ts'
import type { Payout } from './payout.ts'
import { beginningOf } from './payout-events.ts'
import { findNamed } from './payout.store.ts'
import { writeWaiting } from './payout-step.store.ts'
import { tellNewBatch } from './tell-batch.action.ts'
import type { PayoutOrder } from './payout-request.ts'
import { judgeOrder, ownName, sameOr, type PrepareCtx } from './prepare-payouts.action.ts'
import type { PreparedOrder, RowProblem } from './prepare-payouts.action.ts'
import { judgePayouts, type RequireCtx } from './require.action.ts'
import { reserve } from './reserve.action.ts'

/** What beginning payouts needs in its dbTx. */
export type CreateCtx = Pick<ShellCtx, 'ids' | 'clock'> & RequireCtx & Readonly<{ ledger: Ledger }>

/** What was begun now, or when the same was asked for before. */
export type Created =
  Readonly<{ kind: 'payout'; payout: Payout }> | Readonly<{ kind: 'batch'; batch: Batch }>

/**
 * Looks at everything that can be wrong with payouts before anything is reserved.
 *
 * @throws of one payout what is wrong with it; of a batch payouts.batch_invalid, which lists what
 *   is wrong with every row
 */
export async function prepareOrder(
  ctx: PrepareCtx,
  book: Book,
  order: PayoutOrder,
): Promise<PreparedOrder> {
  const judged = await judgeOrder(ctx, book, order)
  if (judged.kind === 'prepared') return judged.prepared
  const [first] = judged.problems
  if (first !== undefined && order.batch === undefined) throw first.refusal
  const errors = judged.problems.map(toldProblem)
  throw new AppError('payouts.batch_invalid', { count: errors.length, errors })
}

/** What is wrong with a row, as callers are told. */
export const toldProblem = ({ index, refusal }: RowProblem) => ({
  index,
  param: `destinations[${index}]`,
  error: refusal.code.slice(refusal.code.indexOf('.') + 1),
  message: refusal.message,
})

/**
 * Begins payouts: rows, what is required first, events, and last the holds; all of it or nothing.
 *
 * @throws ledger.insufficient_balance, payouts.external_id_reused, and what the policy refuses
 */
export async function createPayouts(
  ctx: CreateCtx,
  dbTx: DbTx,
  { book, prepared }: Readonly<{ book: Book; prepared: PreparedOrder }>,
): Promise<Created> {
  if (prepared.kind === 'known_payout') return { kind: 'payout', payout: prepared.payout }
  if (prepared.kind === 'known_batch') return { kind: 'batch', batch: prepared.batch }
  const { order } = prepared
  const createdAt = bookNow(ctx.clock, book)
  const batch = order.batch && {
    batchId: batchIdOf(ctx, book, order.batch.externalId),
    ...{ ...order.batch, initiator: order.initiator, createdAt },
  }
  if (batch !== undefined && !(await insertBatch(dbTx, book.bookId, { ...prepared, batch }))) {
    return { kind: 'batch', batch: await batchBefore(dbTx, book, prepared) }
  }
  const { payouts } = prepared
  const drafts = draftPayouts(ctx.ids, { book, order, batch, payouts, createdAt })
  const taken = await write(ctx, dbTx, drafts)
  if (taken !== undefined) {
    return { kind: 'payout', payout: await payoutBefore(dbTx, { prepared, taken }) }
  }
  const begun = await judge(ctx, dbTx, { book, drafts, order })
  await Promise.all(begun.map((one) => appendFirstEvent(ctx, dbTx, beginningOf(book, one))))
  await reserve(ctx, dbTx, { book, drafts })
  if (batch !== undefined) {
    await tellNewBatch(ctx, dbTx, { book, batch })
    return { kind: 'batch', batch }
  }
  const [payout] = begun
  if (payout === undefined) throw new Error('an order has a row')
  return { kind: 'payout', payout }
}

/** A batch that its caller has named has the same id again in a database from an older copy. */
const batchIdOf = (ctx: CreateCtx, { bookId }: Book, externalId: string | undefined): string =>
  externalId === undefined ? ctx.ids.next('batch') : idOfName('batch', [bookId, externalId])

/** Writes the rows. @returns one whose name somebody else took meanwhile */
async function write(
  ctx: CreateCtx,
  dbTx: DbTx,
  drafts: readonly Draft[],
): Promise<Draft | undefined> {
  const dueAt = ctx.clock.now()
  const written = await Promise.all(
    drafts.map(({ payout, from }) => {
      const { contentHash } = from
      const { chain } = from.asset
      return insertPayout(dbTx, { payout, chain, contentHash, dueAt, trace: keptTrace() })
    }),
  )
  return drafts.find((_, place) => written[place] !== true)
}

/** The batch that was begun under the same name a moment ago. */
async function batchBefore(
  dbTx: DbTx,
  { bookId }: Book,
  { order, contentHash }: PreparedOrder,
): Promise<Batch> {
  const externalId = ownName(order) ?? ''
  const known = await findNamedBatch(dbTx, bookId, externalId)
  if (known === undefined) throw new Error(`${externalId} was taken, and is not there`)
  return sameOr(externalId, known, contentHash).batch
}

/** The payout that was begun under the same name a moment ago. */
async function payoutBefore(
  dbTx: DbTx,
  { prepared, taken }: Readonly<{ prepared: PreparedOrder; taken: Draft }>,
): Promise<Payout> {
  const { bookId, externalId = '' } = taken.payout
  const known = (await findNamed(dbTx, bookId, [externalId])).get(externalId)
  if (known === undefined) throw new Error(`${externalId} was taken, and is not there`)
  if (prepared.order.batch !== undefined) {
    throw new AppError('payouts.external_id_reused', { externalId })
  }
  return sameOr(externalId, known, prepared.contentHash).payout
}

/** Has it judged what is required first, and lets wait what has to. */
async function judge(
  ctx: CreateCtx,
  dbTx: DbTx,
  of: Readonly<{ book: Book; drafts: readonly Draft[]; order: PayoutOrder }>,
): Promise<readonly Payout[]> {
  const { book } = of
  const { initiator } = of.order
  const payouts = of.drafts.map(({ payout }) => payout)
  const required = await judgePayouts(ctx, dbTx, { book, initiator, payouts })
  const waits = ({ payoutId }: Payout): boolean => (required.get(payoutId) ?? []).length > 0
  const payoutIds = payouts.filter(waits).map((one) => one.payoutId)
  if (payoutIds.length === 0) return payouts
  await writeWaiting(dbTx, { bookId: book.bookId, payoutIds })
  return payouts.map((one) => (waits(one) ? { ...one, status: 'pending_verification' } : one))
}
