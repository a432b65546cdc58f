import { writeJson } from '../money/json.ts'
import type { BookId } from '../shell/book.ts'
import { bookNow } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import { keptTrace } from '../shell/telemetry/tracing.ts'
import type { AppendedEvent, NewEvent } from './append-event.ts'

type FirstEvent = Omit<NewEvent, 'book' | 'object'> &
  Readonly<{
    bookId: BookId
    eventId: string
    snapshot: string
    at: Instant
    trace: string | undefined
  }>

const BATCH_MAX = 100

/**
 * Writes the event with which an object begins: like `appendEvent` for an object that has none yet,
 * and that nobody else can know of. Those of one dbTx are written together, in one statement.
 */
export async function appendFirstEvent(
  ctx: Pick<ShellCtx, 'ids' | 'clock'>,
  dbTx: DbTx,
  { book, object, ...rest }: NewEvent,
): Promise<AppendedEvent> {
  const eventId = ctx.ids.next('evt')
  const at = bookNow(ctx.clock, book)
  await insertFirst(dbTx, {
    ...rest,
    bookId: book.bookId,
    eventId,
    snapshot: writeJson(object),
    at,
    trace: keptTrace(),
  })
  return { eventId, sequence: 1 }
}

const insertFirst = gatherOn(
  async (dbTx: DbTx, events: readonly FirstEvent[]): Promise<readonly void[]> => {
    await dbTx.query(
      `with given as (
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
             $6::text[], $7::timestamptz[], $8::text[])
           as one (book_id, event_id, type, object_id, snapshot, callback_url, created_at, trace)),
       begun as (
         insert into event_object (book_id, object_id, sequence, last_at)
         select book_id, object_id, 1, created_at from given)
       insert into event
         (book_id, event_id, type, object_id, sequence, snapshot, callback_url, created_at, trace)
       select book_id, event_id, type, object_id, 1, snapshot, callback_url, created_at, trace
       from given`,
      [
        events.map((one) => one.bookId),
        events.map((one) => one.eventId),
        events.map((one) => one.type),
        events.map((one) => one.objectId),
        events.map((one) => one.snapshot),
        events.map((one) => one.callbackUrl ?? null),
        events.map((one) => new Date(one.at)),
        events.map((one) => one.trace ?? null),
      ],
    )
    return events.map(() => undefined)
  },
  { batchMax: BATCH_MAX },
)
