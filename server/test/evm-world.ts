import { bytesToHex, randomBytes } from '@noble/hashes/utils.js'
import { connectEvm, type EvmAdapterOptions } from '../src/chains/evm/adapter.ts'
import { anvilSandboxNode } from '../src/chains/evm/anvil-sandbox.client.ts'
import { checksummed } from '../src/chains/evm/address.ts'
import { assetTable, type EvmAsset } from '../src/chains/evm/assets.ts'
import { createEvmNode } from '../src/chains/evm/node.client.ts'
import type { ManyNodes } from '../src/chains/node/many-nodes.ts'
import type { ChainAdapter, ChainTransfer } from '../src/chains/contract.ts'
import { scanToTip, watching } from '../src/chains/contract-follow.suite.ts'
import type { AdapterWorld } from '../src/chains/contract-world.suite.ts'
import type { SandboxNode } from '../src/chains/sandbox-node.ts'
import { assetId, chainId } from '../src/money/caip.ts'
import { units } from '../src/money/units.ts'
import { systemClock } from '../src/shell/clock.ts'
import { ACCOUNTS, accountsOf, giveBack, takeChain, type Contracts } from './evm-base.ts'
import type { Play } from './evm-play.ts'
import { startFaultyRpc, type FaultyRpc } from './faulty-rpc.ts'

/** A chain on a real anvil that a test can play, with what only EVM tests need. */
export type EvmWorld = AdapterWorld &
  Readonly<{
    play: Play
    /** The other side of the chain, past the proxy. */
    sandbox: SandboxNode
    /** What the adapter talks to; a test plays past it. */
    proxy: FaultyRpc
    options: EvmAdapterOptions
    /** The chain through the proxy, or other nodes, with something else in some option. */
    connectWith: (change: Partial<EvmAdapterOptions>) => ManyNodes
    /** Its adapter alone. */
    adapterWith: (change: Partial<EvmAdapterOptions>) => ChainAdapter
  }>

/** The chain id of every test chain. */
export const CHAIN = chainId('eip155:31337')

/** How high the base is. */
const FIRST_HEIGHT = 11

/** The coin of every test chain. */
export const COIN: EvmAsset = {
  id: assetId(`${CHAIN}/slip44:60`),
  kind: 'native',
  contract: undefined,
}

/** The token whose contract stands there. */
export const tokenAt = (contract: string): EvmAsset => ({
  id: assetId(`${CHAIN}/erc20:${contract}`),
  kind: 'token',
  contract,
})

/** What arrived at these addresses since the world began. */
export async function found(
  world: EvmWorld,
  addresses: readonly string[],
  adapter: ChainAdapter = world.adapter,
): Promise<readonly ChainTransfer[]> {
  const start = await adapter.blockAt(FIRST_HEIGHT)
  if (start === undefined) throw new Error('a world begins higher')
  return (await scanToTip(adapter, start, { watch: watching(addresses), blocksMax: 100 })).transfers
}

/** What of transfers a test can foresee. */
export const short = (transfers: readonly ChainTransfer[]): readonly (readonly unknown[])[] =>
  transfers.map((one) => [one.index, one.to, one.units])

/** Starts a fresh chain with every contract on it, eleven blocks high. */
export async function startEvmWorld(change: Partial<EvmAdapterOptions> = {}): Promise<EvmWorld> {
  const chain = await takeChain()
  const { anvil, contracts } = chain
  const proxy = await startFaultyRpc(anvil.url)
  const usual = usualOptions(proxy.url, contracts)
  const accounts = await accountsOf(anvil)
  const play = { anvil, contracts, senders: accounts.slice(0, ACCOUNTS / 2) }
  const options = { ...usual, ...change }
  const sandbox = sandboxOn(anvil.url, options.assets, {
    contracts,
    payers: accounts.slice(ACCOUNTS / 2),
  })
  const connectWith = (other: Partial<EvmAdapterOptions>): ManyNodes =>
    connectEvm({ clock: systemClock }, { ...options, ...other })
  const adapterWith: EvmWorld['adapterWith'] = (other) => connectWith(other).adapter
  return {
    ...abilities(contracts),
    ...verbs(sandbox, { play, proxy }),
    play,
    sandbox,
    proxy,
    options,
    adapter: adapterWith({}),
    connectWith,
    adapterWith,
    reopen: () => Promise.resolve(adapterWith({})),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await giveBack(chain)
    },
  }
}

const usualOptions = (url: string, contracts: Contracts): EvmAdapterOptions => ({
  chain: CHAIN,
  nodeChainId: 31337n,
  urls: [url],
  assets: [
    COIN,
    tokenAt(contracts.dollar),
    tokenAt(contracts.silent),
    tokenAt(contracts.taxed),
    { ...tokenAt(contracts.lying), deliversLess: true },
  ],
  finality: 'tags',
  internal: 'auto',
  pollMs: 1000,
  timeoutMs: 10_000,
})

const abilities = (
  contracts: Contracts,
): Pick<AdapterWorld, 'assets' | 'kinds' | 'badAddresses' | 'unitsMax'> => ({
  assets: [COIN.id, tokenAt(contracts.dollar).id, tokenAt(contracts.silent).id],
  kinds: {
    normal: COIN.id,
    internal: COIN.id,
    fake_token: tokenAt(contracts.dollar).id,
    fee_on_transfer: tokenAt(contracts.lying).id,
    replaceable: COIN.id,
  },
  badAddresses: [
    '',
    'payee',
    'payee.eth',
    '0x5FbDB2315678afecb367f032d93F642f64180aA3',
    '5FbDB2315678afecb367f032d93F642f64180aa3',
    '0x5FbDB2315678afecb367f032d93F642f64180aa',
    'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  ],
  unitsMax: units(10n ** 29n),
})

/** The other side of the chain, past the proxy; each of the payers sends once. */
function sandboxOn(
  url: string,
  assets: readonly EvmAsset[],
  { contracts, payers }: Readonly<{ contracts: Contracts; payers: readonly string[] }>,
): SandboxNode {
  const at = { chain: CHAIN, expectedChainId: 31337n, url, timeoutMs: 10_000 }
  const [first = '', ...more] = payers
  return anvilSandboxNode({
    node: createEvmNode({ clock: systemClock }, at),
    network: 'Anvil',
    assets: assetTable(assets),
    payer: contracts.payer,
    lookalike: contracts.fake,
    payers: [first, ...more],
  })
}

type Verbs = 'newAddress' | 'send' | 'mine' | 'reorg' | 'drop' | 'replace' | 'halt'

const verbs = (
  sandbox: SandboxNode,
  { play, proxy }: Readonly<{ play: Play; proxy: FaultyRpc }>,
): Pick<AdapterWorld, Verbs> => ({
  newAddress: () => checksummed(`0x${bytesToHex(randomBytes(20))}`),
  send: sandbox.send,
  mine: async (blocks) => void (await sandbox.mine(blocks)),
  reorg: async (depth, drop) => void (await sandbox.reorg(depth, drop)),
  drop: async (txHash) => void (await play.anvil.ask('anvil_dropTransaction', txHash)),
  replace: async (txHash) => void (await sandbox.replace(txHash)),
  halt: (halted) => {
    proxy.behave(halted ? () => Promise.resolve('hang up') : undefined)
    return Promise.resolve()
  },
})
