import type { ChainId, Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'

/**
 * What came of asking for coins. `there`: the treasury's key has them; `coming`: they wait for a
 * block; `none`: nobody gives any on this chain of this book.
 */
export type Filling = 'there' | 'coming' | 'none'

/** Where the treasury of a sandbox gets the coins from that fees are paid with. */
export type Faucet = Readonly<{
  /**
   * Sees to it that the treasury's key can spend at least so much of a chain's coin, besides what
   * is on its way from it. Coins that are coming are waited for, and never asked for twice.
   *
   * @throws chain.unreachable, and what `Treasury.keyOf` throws
   */
  fill: (book: Book, want: Readonly<{ chain: ChainId; least: Units }>) => Promise<Filling>
}>
