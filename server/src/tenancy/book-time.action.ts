import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import { readClockMoves } from './book-clock.store.ts'

/** Says what time it was in a book when the machine's clock showed another. */
export type BookTimeOf = (machine: Instant) => Instant

/**
 * The way from the machine's time to that of a book. What is written with the machine's time (what
 * goes out, the journal) stands in one order with what is written with the book's (payments,
 * events), though the sandbox's clock was moved between them.
 */
export async function bookTimeOf(db: Queryable, bookId: BookId): Promise<BookTimeOf> {
  const moves = await readClockMoves(db, bookId)
  return (machine) => machine + (moves.findLast((move) => move.since <= machine)?.offsetMs ?? 0)
}
