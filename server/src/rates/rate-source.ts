import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { MarketPrice } from './market-price.ts'

/** What a source may use of the machine. */
export type RateCtx = Pick<ShellCtx, 'db' | 'clock' | 'log'>

/** What a source is asked for: a book, because a sandbox has prices of its own, and symbols. */
export type PriceQuestion = Readonly<{
  book: Book
  /** Symbols that have a price of their own: `BTC`, `EUR`; never `USD`. */
  currencies: readonly string[]
}>

/**
 * Somewhere that prices come from, independent of every other source. It answers what it knows of
 * the currencies asked for and leaves out the rest; one that tells prices in stable tokens tells
 * what it knows of those besides. It may throw or be slow: a source that does not answer in time
 * counts as silent.
 */
export type RateSource = Readonly<{
  name: string
  observe: (ctx: RateCtx, question: PriceQuestion) => Promise<readonly MarketPrice[]>
}>
