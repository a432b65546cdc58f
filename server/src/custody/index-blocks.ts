import type { NetworkFamily } from '../money/registry-networks.ts'
import type { BookId } from '../shell/book.ts'

/** Reserves `count` indexes that nobody else gets. @returns the first */
export type ReserveIndexes = (
  bookId: BookId,
  family: NetworkFamily,
  count: number,
) => Promise<number>

type Block = { next: number; end: number }
type Counter = { blocks: Block[]; reserving: Promise<void> | undefined }

/** Indexes reserved at a time, so that one write serves several payments. */
const BLOCK = 256

/** Counters kept at hand; what is left of the oldest is given up. */
const COUNTERS_MAX = 10_000

/** Gives out indexes of address keys, each once over all processes. */
export type IndexBlocks = Readonly<{
  take: (bookId: BookId, family: NetworkFamily, count: number) => Promise<readonly number[]>
}>

/**
 * Indexes from blocks that this process reserves. What it leaves unused when it ends stays unused:
 * gaps cost nothing, an address given out twice would cost a payer's money.
 */
export function createIndexBlocks(reserve: ReserveIndexes): IndexBlocks {
  const counters = new Map<string, Counter>()
  const counterOf = (key: string): Counter => {
    const known = counters.get(key)
    if (known !== undefined) return known
    const [oldest] = counters.keys()
    if (counters.size >= COUNTERS_MAX && oldest !== undefined) counters.delete(oldest)
    const counter: Counter = { blocks: [], reserving: undefined }
    counters.set(key, counter)
    return counter
  }
  return {
    take: async (bookId, family, count) => {
      const counter = counterOf(`${bookId} ${family}`)
      const { blocks } = counter
      const reserveMore = async (): Promise<void> => {
        const size = Math.max(BLOCK, count)
        const next = await reserve(bookId, family, size)
        blocks.push({ next, end: next + size })
      }
      while (left(blocks) < count) {
        // Who runs out of indexes while others reserve some waits for those.
        counter.reserving ??= reserveMore().finally(() => {
          counter.reserving = undefined
        })
        await counter.reserving
      }
      // Nothing is awaited between the count above and the last index taken here.
      return Array.from({ length: count }, () => takeOne(blocks))
    },
  }
}

const left = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + block.end - block.next, 0)

function takeOne(blocks: Block[]): number {
  const [block] = blocks
  if (block === undefined) throw new Error('the blocks were counted before')
  const index = block.next
  block.next += 1
  if (block.next === block.end) blocks.shift()
  return index
}
