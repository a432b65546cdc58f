import type { SandboxNode } from '../chains/sandbox-node.ts'
import type { ChainId } from '../money/units.ts'
import type { Config } from '../shell/config.ts'
import type { RealChain } from './chains.ts'

/** The chains that are reached through nodes, and the local node that we run ourselves. */
export type RealChains = AsyncDisposable &
  Readonly<{
    real: readonly RealChain[]
    local: ReadonlyMap<ChainId, SandboxNode>
    localUrl: string | undefined
  }>

export async function openRealChains(_config: Config): Promise<RealChains> {
  return { real: [], local: new Map(), localUrl: undefined, [Symbol.asyncDispose]: async () => {} }
}
