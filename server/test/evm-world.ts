import { bytesToHex, randomBytes } from '@noble/hashes/utils.js'
import { toHex, zeroAddress, type Hex } from 'viem'
import { createEvmAdapter, type EvmAdapterOptions } from '../src/chains/evm/adapter.ts'
import { checksummed } from '../src/chains/evm/address.ts'
import type { EvmAsset } from '../src/chains/evm/assets.ts'
import type { ChainAdapter } from '../src/chains/contract.ts'
import type { AdapterWorld } from '../src/chains/contract.suite.ts'
import { assetId, chainId } from '../src/money/caip.ts'
import { units } from '../src/money/units.ts'
import { systemClock } from '../src/shell/clock.ts'
import { startAnvil } from './anvil.ts'
import { accountsOf, CHAIN_FLAGS, evmBase, type Contracts } from './evm-base.ts'
import { reorg, replace, send, type Play } from './evm-play.ts'
import { startFaultyRpc, type FaultyRpc } from './faulty-rpc.ts'

/** A chain on a real anvil that a test can play, with what only EVM tests need. */
export type EvmWorld = AdapterWorld &
  Readonly<{
    play: Play
    /** What the adapter talks to; a test plays past it. */
    proxy: FaultyRpc
    /** An adapter on the proxy, or on other nodes, that differs in some option. */
    adapterWith: (change: Partial<EvmAdapterOptions>) => ChainAdapter
  }>

/** The chain id of every test chain. */
export const CHAIN = chainId('eip155:31337')

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

/** Starts a fresh chain with every contract on it, eleven blocks high. */
export async function startEvmWorld(change: Partial<EvmAdapterOptions> = {}): Promise<EvmWorld> {
  const { stateFile, contracts } = await evmBase()
  const anvil = await startAnvil([
    ...CHAIN_FLAGS,
    '--no-mining',
    '--preserve-historical-states',
    '--load-state',
    stateFile,
  ])
  const proxy = await startFaultyRpc(anvil.url)
  const play = { anvil, contracts, senders: [...(await accountsOf(anvil))] }
  const usual = usualOptions(proxy.url, contracts)
  const adapterWith = (other: Partial<EvmAdapterOptions>): ChainAdapter =>
    createEvmAdapter({ clock: systemClock }, { ...usual, ...change, ...other })
  return {
    ...abilities(contracts),
    ...verbs(play, proxy),
    play,
    proxy,
    adapter: adapterWith({}),
    adapterWith,
    reopen: () => Promise.resolve(adapterWith({})),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await anvil[Symbol.asyncDispose]()
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

type Verbs = 'newAddress' | 'send' | 'mine' | 'reorg' | 'drop' | 'replace' | 'halt'

function verbs(play: Play, proxy: FaultyRpc): Pick<AdapterWorld, Verbs> {
  const { anvil } = play
  const tokens: readonly Hex[] = Object.values(play.contracts)
  const tokenOf = ({ asset }: { asset: string }): Hex =>
    tokens.find((contract) => tokenAt(contract).id === asset) ?? zeroAddress
  return {
    newAddress: () => checksummed(`0x${bytesToHex(randomBytes(20))}`),
    send: (kind, sendings) => send(play, { kind, tokenOf }, sendings),
    mine: async (blocks) => void (await anvil.ask('anvil_mine', toHex(blocks))),
    reorg: (depth, drop) => reorg(play, depth, drop),
    drop: async (txHash) => void (await anvil.ask('anvil_dropTransaction', txHash)),
    replace: (txHash) => replace(play, txHash),
    halt: (halted) => {
      proxy.behave(halted ? () => Promise.resolve('hang up') : undefined)
      return Promise.resolve()
    },
  }
}
