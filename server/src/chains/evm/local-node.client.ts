import { mkdir } from 'node:fs/promises'
import { z } from 'zod'
import { assetsOn, networks, type Network } from '../../money/registry.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { freePort } from '../../shell/free-port.ts'
import type { SandboxNode } from '../sandbox-node.ts'
import { startAnvilProcess } from './anvil-process.client.ts'
import { anvilSandboxNode } from './anvil-sandbox.client.ts'
import { assetTable } from './assets.ts'
import { ensureLocalContracts, LOCAL_CONTRACTS } from './local-contracts.client.ts'
import { createEvmNode, type EvmNode } from './node.client.ts'

/** A real EVM node of our own with a chain that lasts. Disposing stops it in order. */
export type LocalNode = AsyncDisposable &
  Readonly<{
    /** Its JSON-RPC. */
    url: string
    pid: number
    /** Ten unlocked accounts for people, with coins and test dollars; anvil's well-known ones. */
    accounts: readonly string[]
    /** What payers and miners do on it. */
    sandbox: SandboxNode
  }>

/** How the local node is started. */
export type LocalNodeOptions = Readonly<{
  /** Where its state and log are kept; made when absent. */
  directory: string
  /** TCP port on loopback; 0 takes a free one. */
  port: number
  /** A block so often; 0: one as soon as there is a transaction. */
  blockTimeMs: number
}>

const ACCOUNTS_OF_PEOPLE = 10
const ACCOUNTS = 60
const TIMEOUT_MS = 30_000

/**
 * Starts an anvil with the chain that is kept in `directory`, and deploys the test dollar where it
 * is not yet. A node that outlived a killed parent is stopped first, so that its state counts.
 *
 * @throws chain.local_node_failed with what it said
 */
export async function startLocalNode(
  ctx: Pick<ShellCtx, 'clock'>,
  options: LocalNodeOptions,
): Promise<LocalNode> {
  await mkdir(options.directory, { recursive: true })
  const network = localNetwork()
  const [, chainId = ''] = network.chain.split(':')
  const port = options.port === 0 ? await freePort() : options.port
  const anvil = await startAnvilProcess(ctx, {
    ...options,
    port,
    flags: ['--chain-id', chainId, '--accounts', `${ACCOUNTS}`, ...miningFlags(options)],
  })
  try {
    const of = { chain: network.chain, expectedChainId: BigInt(chainId), url: anvil.url }
    const node = createEvmNode(ctx, { ...of, timeoutMs: TIMEOUT_MS })
    const accounts = await node.ask('eth_accounts', [], z.array(z.string()).length(ACCOUNTS))
    await ensureLocalContracts(node, accounts)
    return {
      ...anvil,
      accounts: accounts.slice(0, ACCOUNTS_OF_PEOPLE),
      sandbox: playable(node, network, accounts),
    }
  } catch (error) {
    await anvil[Symbol.asyncDispose]()
    throw error
  }
}

/** Blocks are safe after two others and final after four, so that a demonstration gets there. */
const miningFlags = ({ blockTimeMs }: LocalNodeOptions): readonly string[] => [
  ...['--slots-in-an-epoch', '2', '--balance', '1000000000'],
  ...(blockTimeMs > 0 ? ['--block-time', `${blockTimeMs / 1000}`] : []),
]

function localNetwork(): Network {
  const network = networks.find((one) => one.local && one.family === 'eip155')
  if (network === undefined) throw new RangeError('the registry has no local EVM network')
  return network
}

function playable(node: EvmNode, network: Network, accounts: readonly string[]): SandboxNode {
  // The first accounts belong to people and their wallets, which count their own transactions.
  const [first = '', ...more] = accounts.slice(ACCOUNTS_OF_PEOPLE)
  const assets = assetTable(assetsOn(node.chain))
  const { payer, lookalike } = LOCAL_CONTRACTS
  const payers = [first, ...more] as const
  return anvilSandboxNode({ node, network: network.name, assets, payer, lookalike, payers })
}
