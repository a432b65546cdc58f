import { isError } from '../errors/app-error.ts'
import { writeJson } from '../money/json.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { readDelivery, type DeliveryDetail } from './deliveries.action.ts'
import type { DeliveryPlace } from './delivery-list.ts'
import { endpointView } from './endpoint-view.ts'
import { findEndpoint, type EndpointOf } from './endpoints.action.ts'
import type { EventType } from './event-types.ts'
import { exampleOf } from './examples/example-events.ts'
import { insertTestEvent } from './test-event.store.ts'

/** How long asking for a test waits for how it went, where the caller says nothing, in ms. */
export const TEST_WAIT_MS = 5_000

const LOOK_MS = 50
const LOOK_MS_MAX = 400

/**
 * Sends a message to an endpoint to try its receiver, also where that is disabled: an example of an
 * event of this type, marked as a test, sent once, signed like any other. It is about an object of
 * its own and in no one's log.
 *
 * @returns the event's id
 * @throws events.endpoint_unknown
 */
export async function sendTest(
  ctx: Pick<ShellCtx, 'clock' | 'ids'>,
  dbTx: DbTx,
  { book, endpointId, type }: EndpointOf & Readonly<{ type: EventType }>,
): Promise<string> {
  const endpoint = await findEndpoint(dbTx, { book, endpointId })
  const object = type === 'webhook_endpoint.test' ? endpointView(endpoint) : exampleOf(type).object
  const eventId = ctx.ids.next('evt')
  await insertTestEvent(dbTx, {
    ...{ bookId: book.bookId, eventId, type, testFor: endpointId },
    objectId: ctx.ids.next('test'),
    snapshot: writeJson(object),
    createdAt: bookNow(ctx.clock, book),
  })
  return eventId
}

/**
 * Waits until a test was sent, or time is up.
 *
 * @returns how it stands then; absent where its endpoint was deleted before it was its turn
 */
export async function awaitTest(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  { book, endpointId }: EndpointOf,
  { eventId, waitMs }: Readonly<{ eventId: string; waitMs: number }>,
): Promise<DeliveryDetail | undefined> {
  const until = ctx.clock.now() + waitMs
  for (let pause = LOOK_MS; ; pause = Math.min(pause * 2, LOOK_MS_MAX)) {
    const detail = await detailOf(ctx, book, { eventId, target: endpointId })
    if (detail === undefined) return undefined
    const left = until - ctx.clock.now()
    if (detail.delivery.state !== 'pending' || left <= 0) return detail
    await ctx.clock.sleep(Math.min(pause, left))
  }
}

async function detailOf(
  ctx: Pick<ShellCtx, 'db'>,
  book: Book,
  place: DeliveryPlace,
): Promise<DeliveryDetail | undefined> {
  try {
    return await readDelivery(ctx, book, place)
  } catch (error) {
    if (isError(error, 'events.delivery_unknown')) return undefined
    throw error
  }
}
