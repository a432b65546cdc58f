import { AppError } from '../errors/app-error.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import type { DeliveryStatus } from './delivery.ts'
import { deliveriesOf, startDeliveries } from './delivery.store.ts'
import { endpointsOf } from './endpoint.store.ts'
import { eventById, eventsAfter, placeBefore, placeOf } from './event.store.ts'
import type { Event } from './event.ts'
import { fanOut, type Delivering } from './fan-out.ts'
import { wakeLanes } from './lane.store.ts'
import { catchUp } from './sequence.action.ts'

/** Which part of the log is asked for. */
export type LogQuery = Readonly<{
  /** Id of the last event that was read; absent: from the first event on. */
  after?: string | undefined
  limit: number
  /** A type, or a pattern such as `payment.*`. */
  type?: string | undefined
  objectId?: string | undefined
  /** What happened then or later. */
  createdFrom?: Instant | undefined
}>

/** How much later than it happened an event may have got its place in the log. */
const PLACED_WITHIN_MS = 60_000

/**
 * Reads the book's log. Whoever goes on after the last event of each page gets every event of
 * the book exactly once, those of one object in the order of their `sequence`.
 *
 * @throws events.cursor_unknown
 */
export async function readLog(
  ctx: Pick<ShellCtx, 'db'>,
  book: Book,
  query: LogQuery,
): Promise<readonly Event[]> {
  const { bookId } = book
  await catchUp(ctx, bookId)
  const { after } = query
  const place = after === undefined ? undefined : await placeOf(ctx.db, bookId, after)
  if (after !== undefined && place === undefined) {
    throw new AppError('events.cursor_unknown', { after })
  }
  const { limit, type, objectId, createdFrom } = query
  const start = createdFrom === undefined ? undefined : createdFrom - PLACED_WITHIN_MS
  const position =
    place?.position ?? (start === undefined ? 0 : await placeBefore(ctx.db, bookId, start))
  return eventsAfter(ctx.db, bookId, { position, limit, type, objectId, createdFrom })
}

/** An event with the deliveries that tell of it. */
export type EventDetail = Readonly<{ event: Event; deliveries: readonly DeliveryStatus[] }>

/** An event and how its deliveries went. @throws events.event_unknown */
export async function readEvent(
  ctx: Pick<ShellCtx, 'db'>,
  book: Book,
  eventId: string,
): Promise<EventDetail> {
  await catchUp(ctx, book.bookId)
  const event = await eventById(ctx.db, book.bookId, eventId)
  if (event === undefined) throw new AppError('events.event_unknown', { eventId })
  return { event, deliveries: await deliveriesOf(ctx.db, book.bookId, eventId) }
}

/**
 * Sends an event again, at once and with a new schedule: to everyone who would be told of it if it
 * happened now, or to one endpoint, whatever that one's filter says.
 *
 * @returns the targets it goes to
 * @throws events.event_unknown, events.endpoint_unknown, events.endpoint_disabled
 */
export async function resendEvent(
  ctx: Pick<ShellCtx, 'clock'>,
  dbTx: DbTx,
  wanted: Readonly<{ book: Book; eventId: string; endpointId?: string | undefined }>,
): Promise<readonly string[]> {
  const { book, eventId, endpointId } = wanted
  const { bookId } = book
  const place = await placeOf(dbTx, bookId, eventId)
  if (place === undefined) throw new AppError('events.event_unknown', { eventId })
  const endpoints = await endpointsOf(dbTx, bookId)
  const chosen = endpoints.find((one) => one.endpointId === endpointId)
  if (endpointId !== undefined && chosen === undefined) {
    throw new AppError('events.endpoint_unknown', { endpointId })
  }
  if (chosen?.disabled !== undefined) {
    throw new AppError('events.endpoint_disabled', { endpointId: chosen.endpointId })
  }
  const targets: readonly Delivering[] =
    chosen === undefined
      ? fanOut(bookId, place, endpoints)
      : [{ bookId, eventId, target: chosen.endpointId, lane: chosen.endpointId }]
  const dueAt = bookNow(ctx.clock, book)
  const deliveries = targets.map((one) => ({ ...one, dueAt }))
  await startDeliveries(dbTx, deliveries)
  await wakeLanes(dbTx, deliveries)
  return deliveries.map((one) => one.target)
}
