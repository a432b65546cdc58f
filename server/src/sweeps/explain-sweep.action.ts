import { storiesOfOutgoing } from '../custody/outgoing/read-story.action.ts'
import { AppError } from '../errors/app-error.ts'
import { readNotes } from '../events/read-notes.action.ts'
import type { Explanation } from '../explain/explanation.ts'
import { entriesOf } from '../explain/read-facts.action.ts'
import type { Book } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { isId } from '../shell/object-id.ts'
import { bookTimeOf } from '../tenancy/book-time.action.ts'
import { explainSweep } from './explain.ts'
import { readSweeps } from './sweep.store.ts'

/** Where a sweep stands and why. @throws sweeps.sweep_unknown */
export async function findSweepExplanation(
  db: Queryable,
  { bookId }: Book,
  id: string,
): Promise<Explanation> {
  const [sweep] = await readSweeps(db, bookId, isId(id) ? [id] : [])
  if (sweep === undefined) throw new AppError('sweeps.sweep_unknown', { id })
  const sent = await storiesOfOutgoing(db, bookId, [id])
  return explainSweep({
    sweep,
    sent,
    events: await readNotes(db, bookId, [id]),
    entries: await entriesOf(
      db,
      bookId,
      sent.map((one) => one.outgoingId),
    ),
    toBookTime: await bookTimeOf(db, bookId),
  })
}
