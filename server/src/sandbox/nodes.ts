import type { SandboxNode } from '../chains/sandbox-node.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'

/** The nodes that sandbox books may play; `main` makes it from the configuration. */
export type SandboxNodes = Readonly<{
  /** Absent where the chain cannot be played: a real test network. */
  of: (book: Book, chain: ChainId) => SandboxNode | undefined
}>
