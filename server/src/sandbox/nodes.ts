import type { BookChain } from '../chains/contract.ts'
import type { SandboxNode } from '../chains/sandbox-node.ts'
import type { Chains } from '../custody/chains.ts'
import { AppError } from '../errors/app-error.ts'
import { knownNetwork, type Network } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'

/** The nodes that sandbox books may play; `main` makes it from the configuration. */
export type SandboxNodes = Readonly<{
  /** Absent where the chain cannot be played: a real test network. */
  of: (book: Book, chain: ChainId) => SandboxNode | undefined
}>

/** What the sandbox needs of chains: both sides of each. */
export type SandboxCtx = Readonly<{ chains: Chains; nodes: SandboxNodes }>

/** A chain that can be played: its other side, and ours. */
export type Playable = Readonly<{ network: Network; node: SandboxNode; chain: BookChain }>

/** Lets only sandbox books on. @throws sandbox.test_key_needed */
export function requireSandbox(book: Book): void {
  if (book.environment !== 'test') throw new AppError('sandbox.test_key_needed', {})
}

/**
 * A chain of a sandbox book, to play with.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable
 */
export function playable(ctx: SandboxCtx, book: Book, id: ChainId): Playable {
  requireSandbox(book)
  const network = knownNetwork(id)
  const chain = ctx.chains.of(book, id)
  const node = ctx.nodes.of(book, id)
  if (chain === undefined || node === undefined) {
    throw new AppError('sandbox.chain_not_playable', { network: network.name })
  }
  return { network, node, chain }
}
