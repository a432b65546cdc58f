import type { BookChain } from '../chains/contract.ts'
import type { ChainId } from '../money/units.ts'
import type { Rates } from '../rates/rates.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'

/** What the rooms offer to routes, beside the machine: one line each. */
type Ports = Readonly<{
  rates: Rates
  chains: Readonly<{
    of: (book: Book, chain: ChainId) => BookChain | undefined
    list: (book: Book) => readonly BookChain[]
  }>
}>

/** What a route's handler may ask for; handlers narrow it with `Pick` (H10). */
export type ApiCtx = ShellCtx & Ports
