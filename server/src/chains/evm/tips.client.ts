import { AppError } from '../../errors/app-error.ts'
import type { Tips } from '../contract.ts'
import type { EvmNode } from './node.client.ts'
import { headerAt } from './scan.client.ts'

/**
 * When a block is safe and final: as the chain itself says by its tags, or by the number of
 * confirmations, the block itself being the first; `safe` <= `final`.
 */
export type Finality = 'tags' | Readonly<{ safe: number; final: number }>

type Heights = Readonly<{ safe: number; final: number }>

/** Where a node is. Never final without being safe, nor safe above the newest block. */
export async function tipsAt(node: EvmNode, finality: Finality): Promise<Tips> {
  const latest = await headerAt(node, 'latest')
  if (latest === undefined) {
    throw new AppError('chain.node_behind', { chain: node.chain, node: node.name, height: 0 })
  }
  const heights = finality === 'tags' ? await tagged(node) : byDepth(latest.height, finality)
  const safeHeight = Math.max(0, Math.min(heights.safe, latest.height))
  return { latest, safeHeight, finalHeight: Math.max(0, Math.min(heights.final, safeHeight)) }
}

const byDepth = (latest: number, confirmations: Heights): Heights => ({
  safe: latest + 1 - confirmations.safe,
  final: latest + 1 - confirmations.final,
})

/** A young chain has no such block yet: then its first one alone is certain. */
async function tagged(node: EvmNode): Promise<Heights> {
  const [safe, final] = [await headerAt(node, 'safe'), await headerAt(node, 'finalized')]
  return { safe: safe?.height ?? 0, final: final?.height ?? 0 }
}
