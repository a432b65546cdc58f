import type { SandboxNode } from '../chains/sandbox-node.ts'
import { simulatedNode } from '../chains/simulated/simulated-node.ts'
import type { Chains } from '../custody/chains.ts'
import { isSimulated } from '../custody/deposit-route.ts'
import { knownNetwork } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { SandboxNodes } from './nodes.ts'

/**
 * The other side of every chain that sandbox books use and that can be played: the simulated ones,
 * and real nodes that stand on the developer's own machine.
 */
export function createSandboxNodes(
  ctx: Pick<ShellCtx, 'db' | 'clock'> & Readonly<{ chains: Chains }>,
  local: ReadonlyMap<ChainId, SandboxNode>,
): SandboxNodes {
  return {
    of: (book, id) => {
      const chain = book.environment === 'test' ? ctx.chains.of(book, id) : undefined
      if (chain === undefined) return undefined
      if (!isSimulated(chain)) return local.get(id)
      const { db, clock } = ctx
      return simulatedNode({ db, clock, bookId: book.bookId, network: knownNetwork(id) })
    },
  }
}
