import type { SandboxNode, Sending } from '../../src/chains/sandbox-node.ts'
import { simulatedNode } from '../../src/chains/simulated/simulated-node.ts'
import { resolveAsset } from '../../src/money/alias.ts'
import { assetsOn, knownNetwork, type Asset } from '../../src/money/registry.ts'
import type { Book } from '../../src/shell/book.ts'
import { systemClock } from '../../src/shell/clock.ts'
import type { Db } from '../../src/shell/db.ts'
import { CHAIN as BITCOIN, startBitcoinWorld, type BitcoinWorld } from '../bitcoin-world.ts'
import { startBitcoindWorld, type BitcoindWorld } from '../bitcoind-world.ts'
import { CHAIN as ANVIL, startEvmWorld, type EvmWorld } from '../evm-world.ts'

/** A chain on which payouts are made and killed; the test alone mines. */
export type Stage = AsyncDisposable &
  Readonly<{
    asset: Asset
    /** COFFER_CHAINS of it; `[]` where each book has a simulated chain of its own. */
    nodes: string
    finalBlocks: number
    /** What one payout is of, and what a treasury begins with, both in whole coins. */
    amount: string
    funded: string
    /** What anybody may do to the chain that a book sees. */
    nodeOf: (book: Book) => Pick<SandboxNode, 'mine' | 'reorg'> & Sends
    /** Lets nothing happen by itself on the chain that a book sees. */
    prepare: (book: Book) => Promise<void>
    /** One chain for all books: mining once is mining for all. */
    isShared: boolean
    evm?: EvmWorld
  }>

type Sends = Readonly<{ send: (sending: Sending) => Promise<unknown> }>

const DOLLARS = { amount: '5', funded: '1000' }
/** A payout of it is worth less than what somebody would have to verify. */
const COINS = { amount: '0.25', funded: '50' }

/** Each book's own chain; `db` is where they live. */
export function simulatedStage(db: Db, currency: string): Stage {
  const asset = resolveAsset({ currency })
  const network = knownNetwork(asset.chain)
  const on = ({ bookId }: Book): SandboxNode =>
    simulatedNode({ db, clock: systemClock, bookId, network })
  return {
    ...{ asset, ...DOLLARS },
    nodes: '[]',
    finalBlocks: network.confirmations.final,
    isShared: false,
    nodeOf: (book) => ({ ...on(book), send: (one) => on(book).send('normal', [one]) }),
    prepare: async (book) => void (await on(book).behave({ autoMine: false })),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

const EPOCHS_BLOCKS = 6

/** One real EVM node, reached through a proxy that may lose answers. */
export async function anvilStage(currency: string): Promise<Stage> {
  const assets = assetsOn(ANVIL).map(({ id, kind, contract }) => ({ id, kind, contract }))
  const evm = await startEvmWorld({ assets })
  const { sandbox } = evm
  const asset = resolveAsset({ currency })
  return {
    ...{ asset, ...(asset.kind === 'native' ? COINS : DOLLARS) },
    nodes: JSON.stringify([{ ...AT_TEST, chain: ANVIL, rpc: [evm.proxy.url] }]),
    finalBlocks: EPOCHS_BLOCKS,
    isShared: true,
    prepare: () => Promise.resolve(),
    nodeOf: () => ({ ...sandbox, send: (one) => sandbox.send('normal', [one]) }),
    evm,
    [Symbol.asyncDispose]: () => evm[Symbol.asyncDispose](),
  }
}

const AT_TEST = { environment: 'test', pollMs: 1_000 }

/** A stand-in of a Bitcoin node. */
export async function bitcoinStage(): Promise<Stage> {
  const world = await startBitcoinWorld()
  return { ...bitcoinOn(world, world.standIn.url) }
}

/** A real bitcoind. */
export async function bitcoindStage(binary: string): Promise<Stage> {
  const world = await startBitcoindWorld(binary, 'p2wpkh')
  return bitcoinOn(world, world.url)
}

const BITCOIN_FINAL = 6

function bitcoinOn(world: BitcoinWorld | BitcoindWorld, url: string): Stage {
  const finality = { safe: 3, final: BITCOIN_FINAL }
  const kind = { network: 'regtest', addressKind: 'p2wpkh' }
  const entry = { ...AT_TEST, chain: BITCOIN, rpc: [url], finality, ...kind }
  const tip = async () => (await world.adapter.tips()).latest
  return {
    ...{ asset: resolveAsset({ currency: 'BTC' }), amount: '0.001', funded: '1' },
    nodes: JSON.stringify([entry]),
    finalBlocks: BITCOIN_FINAL,
    isShared: true,
    prepare: () => Promise.resolve(),
    nodeOf: () => ({
      mine: async (blocks) => (await world.mine(blocks), tip()),
      reorg: async (depth, drop) => (await world.reorg(depth, drop), tip()),
      send: (one) => world.send('normal', [one]),
    }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}
