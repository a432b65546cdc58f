import type { BookId, Environment } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { startDeliveries } from './delivery.store.ts'
import { endpointsOf } from './endpoint.store.ts'
import { hasUnsequenced, sequenceNext } from './event.store.ts'
import { fanOut } from './fan-out.ts'
import { wakeLanes } from './lane.store.ts'
import { environmentOf } from './measure.store.ts'

/** Events that get their place in one transaction. */
const BATCH = 500
/** Batches that one reader waits for; a log that is further behind catches up over many reads. */
const BATCHES_MAX = 20

/** Hears of events that got their place, each once; tests of receivers are none. */
export type EventsPlaced = (environment: Environment, types: readonly string[]) => void

type SequenceCtx = Pick<ShellCtx, 'db'> & Readonly<{ placed?: EventsPlaced }>

/**
 * Gives the book's committed events their place in its log, a batch of them, and in the same dbTx
 * writes the deliveries to whoever is to be told. @returns how many events got their place
 */
export async function sequenceBatch(ctx: SequenceCtx, bookId: BookId): Promise<number> {
  const { environment, placed } = await inDbTx(ctx, async (dbTx) => {
    const placed = await sequenceNext(dbTx, bookId, BATCH)
    if (placed.length === 0) return { placed, environment: undefined }
    const endpoints = await endpointsOf(dbTx, bookId)
    const deliveries = placed.flatMap((event) =>
      // Due since it happened: a time of the book's clock, whatever that clock says by now.
      fanOut(bookId, event, endpoints).map((one) => ({ ...one, dueAt: event.createdAt })),
    )
    if (deliveries.length > 0) await startDeliveries(dbTx, deliveries)
    if (deliveries.length > 0) await wakeLanes(dbTx, deliveries)
    return { placed, environment: ctx.placed && (await environmentOf(dbTx, bookId)) }
  })
  const told = placed.filter((one) => one.testFor === undefined)
  if (environment !== undefined)
    ctx.placed?.(
      environment,
      told.map((one) => one.type),
    )
  return placed.length
}

/** Brings the book's log up to every event that is committed now: a reader is never behind. */
export async function catchUp(ctx: SequenceCtx, bookId: BookId): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    if (!(await hasUnsequenced(ctx.db, bookId))) return
    await sequenceBatch(ctx, bookId)
  }
}
