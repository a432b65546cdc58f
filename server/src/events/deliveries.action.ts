import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { ListPlace } from '../shell/list-page.ts'
import type { DeliveryStatus } from './delivery.ts'
import { countDeliveries, deliveriesIn } from './delivery-list.store.ts'
import type { DeliveryFilter, DeliveryPlace, ListedDelivery } from './delivery-list.ts'
import { deliveriesOf } from './delivery.store.ts'
import { eventById } from './event.store.ts'
import type { Event } from './event.ts'
import { catchUp } from './sequence.action.ts'

/** A page of deliveries; no `next`: the last one. */
export type DeliveryPage = Readonly<{
  items: readonly ListedDelivery[]
  total: number
  next: string | undefined
}>

/** Deliveries of a book, the newest event first. @throws events.cursor_unknown */
export async function listDeliveries(
  ctx: Pick<ShellCtx, 'db'>,
  book: Book,
  { filter, place }: Readonly<{ filter: DeliveryFilter; place: ListPlace }>,
): Promise<DeliveryPage> {
  const { bookId } = book
  await catchUp(ctx, bookId)
  const after = place.cursor === undefined ? undefined : placeOfCursor(place.cursor)
  const skipped = after === undefined ? (place.page - 1) * place.limit : 0
  const found = await deliveriesIn(ctx.db, bookId, {
    ...{ filter, after, skipped },
    limit: place.limit + 1,
  })
  const items = found.slice(0, place.limit)
  const last = items.at(-1)
  const hasMore = found.length > place.limit && last !== undefined
  return {
    items,
    total: await countDeliveries(ctx.db, bookId, filter),
    next: hasMore ? `${last.eventId}.${last.target}` : undefined,
  }
}

function placeOfCursor(cursor: string): DeliveryPlace {
  const [, eventId, target] = /^(evt_\w{1,64})\.(\w{1,80})$/.exec(cursor) ?? []
  if (eventId === undefined || target === undefined) {
    throw new AppError('events.cursor_unknown', { after: cursor })
  }
  return { eventId, target }
}

/** One delivery, with the event that it tells. */
export type DeliveryDetail = Readonly<{ event: Event; delivery: DeliveryStatus }>

/**
 * A delivery with all its attempts.
 *
 * @throws events.event_unknown, events.delivery_unknown
 */
export async function readDelivery(
  ctx: Pick<ShellCtx, 'db'>,
  book: Book,
  { eventId, target }: DeliveryPlace,
): Promise<DeliveryDetail> {
  const { db } = ctx
  await catchUp(ctx, book.bookId)
  const event = await eventById(db, book.bookId, eventId)
  if (event === undefined) throw new AppError('events.event_unknown', { eventId })
  const all = await deliveriesOf(db, book.bookId, eventId)
  const delivery = all.find((one) => one.target === target)
  if (delivery === undefined) throw new AppError('events.delivery_unknown', { eventId, target })
  return { event, delivery }
}
