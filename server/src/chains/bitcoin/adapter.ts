import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { ChainAdapter, Tips } from '../contract.ts'
import { manyNodes, type ManyNodes, type SingleNode } from '../node/many-nodes.ts'
import {
  bitcoinAddressOf,
  checkBitcoinAddress,
  type BitcoinAddressKind,
  type BitcoinNetwork,
} from './address.ts'
import { balanceAt } from './balance.client.ts'
import { hashAt, tipOf } from './blocks.client.ts'
import { createCoinScan, type ScanCoins } from './coin-scan.client.ts'
import { createBitcoinNode, type BitcoinNode } from './node.client.ts'
import type { FeeRateLimits } from './fee-rate.client.ts'
import { createPendingReader } from './pending.client.ts'
import { scanNode } from './scan.client.ts'
import { bitcoinSender } from './sender.client.ts'
import { coinsByScan, type CoinSource } from './spendable.client.ts'

/** What the adapter and the sender of one chain are made from. */
export type BitcoinOptions = Readonly<{
  chain: ChainId
  network: BitcoinNetwork
  addressKind: BitcoinAddressKind
  /** Nodes in the order in which they are asked. */
  urls: readonly [string, ...string[]]
  /** Confirmations, a block itself being the first; `safe` <= `final`. */
  finality: Readonly<{ safe: number; final: number }>
  pollMs: number
  /** How long one answer of a node may take, in ms. */
  timeoutMs: number
  /** How long a look through all unspent outputs may take, in ms. */
  coinScanTimeoutMs: number
  feeRate: FeeRateLimits
  /** Where an index of outputs is kept; otherwise the node looks through all there are. */
  coinSource?: CoinSource
}>

/** Connects the nodes of a Bitcoin network. Asks nothing until it is asked. */
export function connectBitcoin(ctx: Pick<ShellCtx, 'clock'>, options: BitcoinOptions): ManyNodes {
  const [first, ...more] = options.urls
  const nodeAt = (url: string): SingleNode => {
    const { chain, network, timeoutMs, coinScanTimeoutMs } = options
    const place = { chain, network, url, timeoutMs }
    const node = createBitcoinNode(ctx, place)
    const patient = createBitcoinNode(ctx, { ...place, timeoutMs: coinScanTimeoutMs })
    const scanCoins = createCoinScan(patient)
    const sender = bitcoinSender({
      node,
      coinsOf: options.coinSource ?? coinsByScan(scanCoins),
      feeRate: options.feeRate,
      finalConfirmations: options.finality.final,
    })
    return { adapter: adapterOf(options, node, scanCoins), sender }
  }
  return manyNodes(ctx, [nodeAt(first), ...more.map(nodeAt)])
}

function adapterOf(options: BitcoinOptions, node: BitcoinNode, scanCoins: ScanCoins): ChainAdapter {
  const { chain, network, addressKind: kind } = options
  return {
    chain,
    pollMs: options.pollMs,
    tips: async (): Promise<Tips> => {
      const latest = await tipOf(node)
      const deep = (confirmations: number): number => Math.max(0, latest.height + 1 - confirmations)
      const { safe, final } = options.finality
      return { latest, safeHeight: deep(safe), finalHeight: deep(final) }
    },
    blockAt: async (height) => {
      const hash = await hashAt(node, height)
      return hash === undefined ? undefined : { height, hash }
    },
    scan: (from, watch, blocksMax) => scanNode(node, { from, watch, blocksMax }),
    pending: createPendingReader(node),
    balanceOf: (address, _, height) => balanceAt(node, scanCoins, { address, height }),
    checkAddress: (text) => checkBitcoinAddress(text, network),
    addressOf: (publicKey) => bitcoinAddressOf(publicKey, { network, kind }),
    isTaproot: kind === 'p2tr',
  }
}
