import type { BookChain } from '../chains/contract-book-chain.ts'
import type { SandboxNode } from '../chains/sandbox-node.ts'
import type { Chains } from '../custody/chains.ts'
import { requestScan } from '../custody/request-scan.action.ts'
import { AppError } from '../errors/app-error.ts'
import { knownNetwork, type Network } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { SandboxNodes } from './nodes.ts'

/** What playing needs: both sides of each chain. */
export type SandboxCtx = Pick<ShellCtx, 'db' | 'clock'> &
  Readonly<{ chains: Chains; nodes: SandboxNodes }>

/** A chain that can be played: its other side, and ours. */
export type Playable = Readonly<{ network: Network; node: SandboxNode; chain: BookChain }>

/** Lets only sandbox books on. @throws sandbox.test_key_needed */
export function requireSandbox(book: Book): void {
  if (book.environment !== 'test') throw new AppError('sandbox.test_key_needed', {})
}

/**
 * Plays a chain of a sandbox book, and has our side look at once: a sandbox in which nothing is
 * under way is looked at rarely.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable, and what `work` throws
 */
export async function play<T>(
  ctx: SandboxCtx,
  at: Readonly<{ book: Book; chain: ChainId }>,
  work: (playable: Playable) => Promise<T>,
): Promise<T> {
  const { book } = at
  requireSandbox(book)
  const network = knownNetwork(at.chain)
  const chain = ctx.chains.of(book, at.chain)
  const node = ctx.nodes.of(book, at.chain)
  if (chain === undefined || node === undefined) {
    throw new AppError('sandbox.chain_not_playable', { network: network.name })
  }
  const result = await work({ network, node, chain })
  await requestScan(ctx, book, at.chain)
  return result
}
