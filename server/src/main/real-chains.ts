import { join } from 'node:path'
import { startLocalNode } from '../chains/evm/local-node.client.ts'
import { parseNodeConfig } from '../chains/node-config.ts'
import type { SandboxNode } from '../chains/sandbox-node.ts'
import type { ChainId } from '../money/units.ts'
import { systemClock } from '../shell/clock.ts'
import type { Config } from '../shell/config.ts'
import type { RealChain } from './chains.ts'

/** The chains that are reached through nodes, and the local node that we run ourselves. */
export type RealChains = AsyncDisposable &
  Readonly<{
    real: readonly RealChain[]
    local: ReadonlyMap<ChainId, SandboxNode>
    localUrl: string | undefined
  }>

/** Often enough to watch, seldom enough for the chain's file to stay small. */
const BLOCK_MS = 2_000
const POLL_MS = 250

/**
 * Connects the nodes of COFFER_CHAINS and, for the sandbox, starts the local node and connects it
 * like any other.
 *
 * @throws shell.setting_invalid, chain.local_node_failed
 */
export async function openRealChains(config: Config): Promise<RealChains> {
  const ctx = { clock: systemClock }
  const connected = parseNodeConfig(config.chains)
  const stack = new AsyncDisposableStack()
  const local = runsLocalNode(config)
    ? stack.use(
        await startLocalNode(ctx, {
          directory: join(config.dataDirectory, 'local-node'),
          port: 0,
          blockTimeMs: BLOCK_MS,
        }),
      )
    : undefined
  const own = local === undefined ? [] : parseNodeConfig(localEntry(local.url))
  const real = [...connected, ...own].map(({ environment, connect, agreeAbove }) => ({
    environment,
    nodes: connect(ctx),
    agreeAbove,
  }))
  const playable = own.map((one) => one.chain)
  return {
    real,
    local: new Map(local === undefined ? [] : playable.map((chain) => [chain, local.sandbox])),
    localUrl: local?.url,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** The one process that owns the data directory runs it; others name it in COFFER_CHAINS. */
const runsLocalNode = (config: Config): boolean =>
  config.localNode === 'on' && config.sandbox === 'on' && config.roles.length === 3

const localEntry = (url: string): string =>
  JSON.stringify([{ environment: 'test', chain: 'eip155:31337', rpc: [url], pollMs: POLL_MS }])
