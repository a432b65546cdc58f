import type { Book } from '../shell/book.ts'

/** Who a request comes from, once the guard has let it in: an API key of a book. */
export type Principal = Readonly<{
  keyId: string
  /** The book that the key opens; its environment is the key's. */
  book: Book
}>
