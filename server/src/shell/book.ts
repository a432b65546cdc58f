import type { Brand } from '../money/units.ts'
import type { Clock, Instant } from './clock.ts'

/** `live` moves real money; `test` is the sandbox. */
export type Environment = 'live' | 'test'

/** A book: one organization in one environment. Every tenant table leads its key with it. */
export type BookId = Brand<string, 'BookId'>

/** The book that a request or a job works for. */
export type Book = Readonly<{
  bookId: BookId
  orgId: string
  environment: Environment
  /** How far the sandbox's clock was moved ahead, in ms; 0 for live books. */
  clockOffsetMs: number
}>

/** The time in this book: the machine's, moved by what the sandbox's clock was advanced. */
export const bookNow = (clock: Pick<Clock, 'now'>, book: Pick<Book, 'clockOffsetMs'>): Instant =>
  clock.now() + book.clockOffsetMs
