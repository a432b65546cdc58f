import type { DbTx } from '../shell/db.ts'
import type { Event } from './event.ts'

/** Writes an event that tries the receiver of one endpoint. It is the only one of its object. */
export async function insertTestEvent(
  dbTx: DbTx,
  event: Omit<Event, 'sequence' | 'isTest'> & Readonly<{ testFor: string }>,
): Promise<void> {
  await dbTx.query(
    `insert into event
       (book_id, event_id, type, object_id, sequence, snapshot, created_at, test_for)
     values ($1, $2, $3, $4, 1, $5, $6, $7)`,
    [
      event.bookId,
      event.eventId,
      event.type,
      event.objectId,
      event.snapshot,
      new Date(event.createdAt),
      event.testFor,
    ],
  )
}
