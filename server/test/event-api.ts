import * as deliveryRoutes from '../src/api/crytom/deliveries.routes.ts'
import * as eventRoutes from '../src/api/crytom/events.routes.ts'
import * as resendRoutes from '../src/api/crytom/resends.routes.ts'
import * as testRoutes from '../src/api/crytom/test-events.routes.ts'
import * as endpointRoutes from '../src/api/crytom/webhook-endpoints.routes.ts'
import { appendEvent } from '../src/events/append-event.ts'
import { deliverDueOnce, runDeliveries } from '../src/events/deliver.job.ts'
import { DELIVERY_LIMITS } from '../src/events/delivery-limits.ts'
import type { EventType } from '../src/events/event-types.ts'
import { resendJob } from '../src/events/resend.job.ts'
import { runSequencer } from '../src/events/sequence.job.ts'
import { systemClock } from '../src/shell/clock.ts'
import { inDbTx } from '../src/shell/db.ts'
import { createIds } from '../src/shell/ids.ts'
import { runJob } from '../src/shell/job-loop.ts'
import { testApi, testApiCtx, type Call } from './api.ts'
import { allowMadeUpEvents, testDatabase } from './database.ts'

const routes = [
  ...Object.values(eventRoutes),
  ...Object.values(endpointRoutes),
  ...Object.values(deliveryRoutes),
  ...Object.values(resendRoutes),
  ...Object.values(testRoutes),
]

/** The member at a path of a JSON value; undefined where the path ends early. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined,
    value,
  )

/** The items of a JSON value that is a list; none of any other. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** An API with the routes of events, and what happens behind it. */
export async function openEventApi() {
  const database = await testDatabase()
  allowMadeUpEvents(database.db)
  // Receivers compare the time of a signature with their own clock. No two events are of one
  // millisecond, in which events of two objects have no order.
  let last = 0
  const now = (): number => (last = Math.max(last + 1, systemClock.now()))
  const clock = { ...systemClock, now, advance: () => undefined }
  const ctx = { ...testApiCtx(database.db), clock, ids: createIds(clock) }
  const api = await testApi(ctx, { routes })
  const book = api.organization.test
  const worker = { ...ctx, limits: DELIVERY_LIMITS }
  return {
    api,
    ctx,
    db: database.db,
    append: (objectId: string, object: object = { id: objectId }, more: More = {}) =>
      inDbTx(ctx, (dbTx) =>
        appendEvent(ctx, dbTx, { book, type: 'payment.confirmed', objectId, object, ...more }),
      ),
    deliver: () => deliverDueOnce(worker),
    /** Does in the background what a worker does for events, until it is disposed of. */
    work: (): AsyncDisposable => {
      const stop = new AbortController()
      const loops = [
        runSequencer(worker, stop.signal),
        runDeliveries(worker, stop.signal),
        runJob(worker, resendJob(worker), stop.signal),
      ]
      return {
        [Symbol.asyncDispose]: async () => {
          stop.abort()
          await Promise.all(loops)
        },
      }
    },
    /** The answer's data, or its refusal as `status code`. */
    ask: async (target: string, call?: Call): Promise<unknown> => {
      const { status, json } = await api.call(target, call)
      return status < 300 ? at(json, 'data') : `${status} ${String(at(json, 'error'))}`
    },
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

type More = Readonly<{ type?: EventType; callbackUrl?: string }>
