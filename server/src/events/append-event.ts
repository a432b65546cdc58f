import { writeJson } from '../money/json.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { keptTrace } from '../shell/telemetry/tracing.ts'
import type { EventType } from './event-types.ts'

/** What happened to one object, told in the dbTx that changed it. */
export type NewEvent = Readonly<{
  book: Book
  type: EventType
  /** The object that changed, such as `pay_…`; its events are numbered 1, 2, 3 … */
  objectId: string
  /** The object as it now is, ready for `writeJson`: what `GET` of it answers, no secrets. */
  object: object
  /** The URL that the object's owner gave for this object alone; told beside the endpoints. */
  callbackUrl?: string | undefined
}>

/** Where an event stands among its object's events: `sequence` counts from 1 without gaps. */
export type AppendedEvent = Readonly<{ eventId: string; sequence: number }>

/**
 * Writes an event in the caller's dbTx: it exists exactly when the change it tells of does.
 *
 * The object's counter stays locked until the dbTx ends, so two concurrent changes of one object
 * are numbered in the order in which they commit. Call it after the change's own checks, since
 * from here on other changes of the same object wait.
 */
export async function appendEvent(
  ctx: Pick<ShellCtx, 'ids' | 'clock'>,
  dbTx: DbTx,
  event: NewEvent,
): Promise<AppendedEvent> {
  const eventId = ctx.ids.next('evt')
  const [row] = await dbTx.query<{ sequence: number }>(
    `with counter as (
       insert into event_object as known (book_id, object_id, sequence, last_at)
       values ($1, $2, 1, $3)
       on conflict (book_id, object_id) do update
         set sequence = known.sequence + 1, last_at = greatest(known.last_at, excluded.last_at)
       returning sequence, last_at)
     insert into event
       (book_id, event_id, type, object_id, sequence, snapshot, callback_url, created_at, trace)
     select $1, $4, $5, $2, counter.sequence, $6, $7, counter.last_at, $8 from counter
     returning sequence`,
    [
      event.book.bookId,
      event.objectId,
      new Date(bookNow(ctx.clock, event.book)),
      eventId,
      event.type,
      writeJson(event.object),
      event.callbackUrl ?? null,
      keptTrace() ?? null,
    ],
  )
  if (row === undefined) throw new Error(`no event was written for ${event.objectId}`)
  return { eventId, sequence: row.sequence }
}
