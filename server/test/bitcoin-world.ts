import { randomBytes } from '@noble/hashes/utils.js'
import { startBitcoinStandIn, type BitcoinStandIn } from '../../upstreams/bitcoin/stand-in.ts'
import { p2wpkhAddress } from '../src/chains/bitcoin/address.ts'
import { connectBitcoin, type BitcoinOptions } from '../src/chains/bitcoin/adapter.ts'
import type { AdapterWorld } from '../src/chains/contract-world.suite.ts'
import type { ManyNodes } from '../src/chains/node/many-nodes.ts'
import { assetId, chainId } from '../src/money/caip.ts'
import { units } from '../src/money/units.ts'
import { systemClock } from '../src/shell/clock.ts'

/** Bitcoin, whatever network stands in for it. */
export const CHAIN = chainId('bip122:000000000019d6689c085ae165831e93')

/** Its coin. */
export const BTC = assetId(`${CHAIN}/slip44:0`)

/** A chain that a test can play, with the stand-in behind it. */
export type BitcoinWorld = AdapterWorld &
  Readonly<{
    standIn: BitcoinStandIn
    /** The chain once more through the same node, differing in some option. */
    connect: (change?: Partial<BitcoinOptions>) => ManyNodes
  }>

/** What chains are connected with in tests. */
export const optionsFor = (url: string): BitcoinOptions => ({
  chain: CHAIN,
  network: 'regtest',
  addressKind: 'p2wpkh',
  urls: [url],
  finality: { safe: 3, final: 6 },
  pollMs: 1000,
  timeoutMs: 10_000,
  coinScanTimeoutMs: 10_000,
  feeRate: { fallback: 10, max: 1_000 },
})

/** What every world on the local test network has, whatever node plays it. */
export const regtestAbilities: Pick<
  AdapterWorld,
  'assets' | 'kinds' | 'badAddresses' | 'newAddress'
> = {
  assets: [BTC],
  kinds: { normal: BTC, replaceable: BTC },
  badAddresses: [
    '',
    'payee',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
    'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081',
    '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH',
    '0x5FbDB2315678afecb367f032d93F642f64180aa3',
    'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
  ],
  newAddress: () => p2wpkhAddress(randomBytes(20), 'regtest'),
}

/** Starts a fresh chain on a stand-in of its own. */
export async function startBitcoinWorld(): Promise<BitcoinWorld> {
  const standIn = await startBitcoinStandIn()
  const { control } = standIn
  const connect: BitcoinWorld['connect'] = (change = {}) =>
    connectBitcoin({ clock: systemClock }, { ...optionsFor(standIn.url), ...change })
  return {
    ...regtestAbilities,
    standIn,
    connect,
    adapter: connect().adapter,
    reopen: () => Promise.resolve(connect().adapter),
    unitsMax: units(10n ** 15n),
    send: (kind, sendings) => {
      const pays = sendings.map(({ to, units: value }) => ({ to, value }))
      return Promise.resolve(control.pay(pays, kind === 'replaceable'))
    },
    mine: (blocks) => Promise.resolve(control.mine(blocks)),
    reorg: (depth, drop) => Promise.resolve(control.reorg(depth, drop)),
    drop: (txHash) => Promise.resolve(control.drop(txHash)),
    replace: (txHash) => Promise.resolve(void control.replace(txHash)),
    halt: (halted) => Promise.resolve(control.halt(halted)),
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  }
}
