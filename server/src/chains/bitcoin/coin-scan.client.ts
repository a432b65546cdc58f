import { CoinScan } from './answers.ts'
import type { BitcoinNode } from './node.client.ts'
import { scriptOf } from './script.ts'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Units } from '../../money/units.ts'
import type { BlockRef } from '../contract.ts'

/** An unspent output in a block. */
export type ChainCoin = Readonly<{
  txid: string
  index: number
  units: Units
  height: number
  coinbase: boolean
}>

/** Unspent outputs of some addresses, at one block. */
export type CoinView = Readonly<{
  at: BlockRef
  coinsOf: (address: string) => readonly ChainCoin[]
}>

/** Looks up every unspent output of addresses of the network. */
export type ScanCoins = (addresses: readonly string[]) => Promise<CoinView>

type Question = Readonly<{
  addresses: readonly string[]
  answer: (view: CoinView) => void
  fail: (error: unknown) => void
}>

/**
 * Makes the reader of a node's whole set of unspent outputs. A node looks through all of it for
 * every question, a minute or more on the main network, and through it once at a time: questions
 * that come meanwhile wait, and are then asked as one.
 */
export function createCoinScan(node: BitcoinNode): ScanCoins {
  let waiting: Question[] = []
  let running = false
  async function run(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      const asked = waiting
      waiting = []
      const addresses = new Set(asked.flatMap((one) => one.addresses))
      await scan(node, [...addresses]).then(
        (view) => asked.forEach((one) => one.answer(view)),
        (error: unknown) => asked.forEach((one) => one.fail(error)),
      )
    }
    running = false
  }
  return (addresses) =>
    new Promise((answer, fail) => {
      waiting.push({ addresses, answer, fail })
      if (!running) void run()
    })
}

async function scan(node: BitcoinNode, addresses: readonly string[]): Promise<CoinView> {
  const descriptors = addresses.map((address) => `addr(${address})`)
  const found = await node.ask('scantxoutset', ['start', descriptors], CoinScan)
  const byScript = Map.groupBy(found.unspents, (one) => one.scriptPubKey)
  return {
    at: { height: found.height, hash: found.bestblock },
    coinsOf: (address) => {
      const script = scriptOf(address, node.network)
      const unspents = script === undefined ? [] : (byScript.get(bytesToHex(script)) ?? [])
      return unspents.map(({ txid, vout: index, amount: units, height, coinbase }) => ({
        ...{ txid, index, units, height, coinbase },
      }))
    },
  }
}
