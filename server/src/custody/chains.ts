import type { BookChain } from '../chains/contract-book-chain.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'

/** The chains that books use; `main` makes it from the configuration. */
export type Chains = Readonly<{
  /** The chain as this book uses it; absent when it does not. */
  of: (book: Book, chain: ChainId) => BookChain | undefined
  list: (book: Book) => readonly BookChain[]
}>
