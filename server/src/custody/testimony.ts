import {
  levelAt,
  type BlockRef,
  type ChainAdapter,
  type ChainTransfer,
} from '../chains/contract.ts'
import type { AssetId, Units } from '../money/units.ts'
import { isAtLeast, type CreditLevel } from './policy.ts'

/** What nodes are asked about: a transfer in a block, and how sure both have to be. */
export type Question = Readonly<{
  txHash: string
  index: string
  asset: AssetId
  address: string
  units: Units
  block: BlockRef
  level: CreditLevel
}>

/**
 * What one node says. `shows`: the transfer is in that block, and the block is as sure as asked.
 * `lacks`: it has that very block, and the transfer is not in it. `elsewhere`: another block is
 * final at that height. `behind`: it does not go that far yet, or sees a fork. `silent`: it does
 * not answer.
 */
export type Testimony = 'shows' | 'lacks' | 'elsewhere' | 'behind' | 'silent'

/** What several nodes say together. */
export type Verdict =
  /** Two of them show it, and none speaks against it. */
  | Readonly<{ kind: 'agreed' }>
  /** Two of them have the block without it, and none shows it. */
  | Readonly<{ kind: 'denied' }>
  /** Some show it, and others speak against it. */
  | Readonly<{ kind: 'disputed'; reason: string }>
  | Readonly<{ kind: 'waiting'; problem: string }>

/** How many nodes have to say the same. */
export const WITNESSES_MIN = 2

/** Judges what nodes said. */
export function verdictOf(testimonies: readonly Testimony[]): Verdict {
  const count = (kind: Testimony): number => testimonies.filter((one) => one === kind).length
  const [shows, lacks, elsewhere] = [count('shows'), count('lacks'), count('elsewhere')]
  if (shows > 0 && lacks + elsewhere > 0) {
    const reason = `${shows} show it, ${lacks} have the same block without it, ${elsewhere} another`
    return { kind: 'disputed', reason }
  }
  if (shows >= WITNESSES_MIN) return { kind: 'agreed' }
  // Where another block is final meanwhile, a fork is about to be followed.
  if (lacks >= WITNESSES_MIN && elsewhere === 0) return { kind: 'denied' }
  const problem = `${shows} of ${testimonies.length} nodes show it so far, and ${WITNESSES_MIN} must`
  return { kind: 'waiting', problem }
}

/**
 * Asks one node about a transfer.
 * @throws chain.unreachable and the like when it does not answer
 */
export async function testify(node: ChainAdapter, asked: Question): Promise<Testimony> {
  const { block, address } = asked
  const tips = await node.tips()
  const there = await node.blockAt(block.height)
  const isOther = there !== undefined && there.hash !== block.hash
  if (isOther && block.height <= tips.finalHeight) return 'elsewhere'
  const parent = await node.blockAt(block.height - 1)
  if (there === undefined || isOther || parent === undefined) return 'behind'
  const watch = {
    ours: () => Promise.resolve(new Set([address])),
    expecting: () => Promise.resolve([address]),
  }
  const scan = await node.scan(parent, watch, 1)
  if (scan.kind === 'forked' || scan.blocks[0]?.hash !== block.hash) return 'behind'
  if (!scan.transfers.some((one) => isSame(one, asked))) return 'lacks'
  return isAtLeast(levelAt(block.height, tips), asked.level) ? 'shows' : 'behind'
}

// Coins that a contract moved are found in ways that differ from node to node, under other names.
const isMoved = ({ index }: Pick<ChainTransfer, 'index'>): boolean =>
  index === 'balance' || index.startsWith('internal')

function isSame(shown: ChainTransfer, asked: Question): boolean {
  const isNamed = shown.txHash === asked.txHash && shown.index === asked.index
  return (
    shown.to === asked.address &&
    shown.asset === asked.asset &&
    shown.units === asked.units &&
    (isNamed || (isMoved(shown) && isMoved(asked)))
  )
}
