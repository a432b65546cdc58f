import { units, type Units } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'
import type { Behaviour } from '../sandbox-node.ts'

/** Which simulated chain: each book has its own of every network. */
export type ChainKey = Readonly<{ bookId: BookId; chain: string }>

/** A simulated chain as it stands, without its transactions. */
export type ChainState = Readonly<{
  seed: string
  height: number
  /** Until when, in the book's time, the blocks that come by themselves were mined. */
  minedAt: Instant
  /** The newest fork's salt. */
  salt: number
  /** How many transactions were ever submitted. */
  txCount: number
  behaviour: Behaviour
}>

/** Where a chain starts: high enough that its first blocks are neither new nor near zero. */
export const START_HEIGHT = 1_000

/** How often a block comes by itself. */
export const BLOCK_MS = 1_000

/**
 * Most blocks that come by themselves between two looks. A chain at which nobody looked for long
 * (a night, or a clock advanced by a month) has aged enough for everything to be final, and is not
 * worth following block by block.
 */
export const CATCH_UP_BLOCKS_MAX = 120

/** The blocks that are due by themselves, and until when they then were mined. */
export function blocksDue(
  state: Pick<ChainState, 'minedAt' | 'behaviour'>,
  now: Instant,
): Readonly<{ blocks: number; minedAt: Instant }> {
  const { autoMine, halt } = state.behaviour
  const ticks = Math.floor((now - state.minedAt) / BLOCK_MS)
  if (ticks <= 0) return { blocks: 0, minedAt: state.minedAt }
  const blocks = autoMine && !halt ? Math.min(ticks, CATCH_UP_BLOCKS_MAX) : 0
  return { blocks, minedAt: state.minedAt + ticks * BLOCK_MS }
}

/** What a transaction costs when nobody set a price, in the smallest unit of the chain's coin. */
const USUAL_PRICE = units(1_000n)

/** What a transaction costs now, in the chain's coin. */
export const priceOf = ({ behaviour }: Pick<ChainState, 'behaviour'>): Units =>
  behaviour.fee ?? USUAL_PRICE

/** How a node behaves until it is told otherwise. */
export const usualBehaviour: Behaviour = {
  autoMine: true,
  halt: false,
  fee: undefined,
  refuseBroadcasts: false,
  forgetBroadcasts: false,
  lie: 'none',
}
