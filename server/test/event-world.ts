import { appendEvent, type AppendedEvent } from '../src/events/append-event.ts'
import type { EventType } from '../src/events/event-types.ts'
import { deliverDueOnce, runDeliveries } from '../src/events/deliver.job.ts'
import { DELIVERY_LIMITS, type DeliveryLimits } from '../src/events/delivery-limits.ts'
import {
  addEndpoint,
  type EndpointWanted,
  type NewEndpoint,
} from '../src/events/endpoints.action.ts'
import { runSequencer, sequenceRound } from '../src/events/sequence.job.ts'
import type { Book } from '../src/shell/book.ts'
import { systemClock } from '../src/shell/clock.ts'
import { inDbTx, type Db } from '../src/shell/db.ts'
import { createOrganization } from '../src/tenancy/create-organization.action.ts'
import { webhookSecrets } from '../src/tenancy/webhook-secret.action.ts'
import { allowMadeUpEvents } from './database.ts'
import { testOutbound } from './outbound.ts'
import { testShell } from './shell.ts'

/** What the events room needs, on the machine's clock: receivers compare it with theirs. */
export function eventContext(db: Db, limits: Partial<DeliveryLimits> = {}) {
  const clock = systemClock
  return {
    ...testShell(db),
    clock,
    outbound: testOutbound(clock),
    limits: { ...DELIVERY_LIMITS, ...limits },
  }
}

/** An organization's sandbox book, with what a test does in it. */
export type EventWorld = Awaited<ReturnType<typeof eventWorld>>

/** Places events and sends them, as a worker does, until it is disposed of. */
export function startEventWorker(world: EventWorld): AsyncDisposable {
  const stop = new AbortController()
  const work = [runSequencer(world.ctx, stop.signal), runDeliveries(world.ctx, stop.signal)]
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await Promise.all(work)
    },
  }
}

const PLAIN = { events: ['*'], description: '', hasOwnSecret: false }

const ROUNDS_MAX = 100

type More = Readonly<{ type?: EventType; callbackUrl?: string }>

/** Makes an organization; its test book is the world, and its events tell what they like. */
export async function eventWorld(db: Db, limits: Partial<DeliveryLimits> = {}) {
  allowMadeUpEvents(db)
  const ctx = eventContext(db, limits)
  const { test: book, live } = await createOrganization(ctx, { name: 'Example Shop' })
  const [secret = ''] = await webhookSecrets(ctx, db, {
    bookId: book.bookId,
    now: ctx.clock.now(),
  })
  return {
    ctx,
    db,
    book,
    live,
    /** The book's own secret. */
    secret,
    append: (objectId: string, more: More = {}) => append(ctx, book, { objectId, ...more }),
    inBook: (other: Book) => ({
      append: (objectId: string, more: More = {}) => append(ctx, other, { objectId, ...more }),
    }),
    listen: (url: string, more: Partial<EndpointWanted> = {}): Promise<NewEndpoint> =>
      inDbTx(ctx, (dbTx) => addEndpoint(ctx, dbTx, { book, url, ...PLAIN, ...more })),
    /** Places events in the log. */
    sequence: () => sequenceRound(ctx, ''),
    /** Does what is due now: places events in the log, and sends. */
    settle: async (): Promise<void> => {
      await sequenceRound(ctx, '')
      for (let round = 0; (await deliverDueOnce(ctx)) > 0; round += 1) {
        if (round > ROUNDS_MAX) throw new Error('there is always something due')
      }
    },
    /** Moves the sandbox's clock. */
    advance: async (ms: number): Promise<void> => {
      await db.query('update book set clock_offset_ms = clock_offset_ms + $2 where book_id = $1', [
        book.bookId,
        ms,
      ])
    },
  }
}

function append(
  ctx: ReturnType<typeof eventContext>,
  book: Book,
  event: More & Readonly<{ objectId: string }>,
): Promise<AppendedEvent> {
  const { objectId, type = 'payment.confirmed', callbackUrl } = event
  return inDbTx(ctx, (dbTx) =>
    appendEvent(ctx, dbTx, { book, type, objectId, object: { id: objectId }, callbackUrl }),
  )
}
