import { z } from 'zod'
import type { ChainTransfer, Watch } from '../contract.ts'
import { inParallel } from '../node/concurrent.ts'
import { Hash } from './answers.ts'
import { transactionOf } from './blocks.client.ts'
import type { BitcoinNode } from './node.client.ts'
import { arrivalsOf } from './scan.client.ts'
import { SEQUENCE_FINAL_MIN, type BitcoinTx } from './transaction.ts'

/** Looks at a node's mempool. */
export type PendingReader = (watch: Watch) => Promise<readonly ChainTransfer[]>

/** Most transactions that one look reads; what is left over is read by the next ones. */
const READ_MAX = 5_000

/** Most addresses that are asked about at once. */
const ASKED_MAX = 20_000

/** What is kept of a transaction while it waits. */
type Waiting = Readonly<{
  arrivals: readonly ChainTransfer[]
  /** Whether it says of itself that it may be replaced. @see BIP-125 */
  signals: boolean
  parents: readonly string[]
}>

/**
 * Makes the reader of a node's mempool. Each transaction is read once; what left the mempool, mined
 * or replaced or dropped, is forgotten at the next look.
 */
export function createPendingReader(node: BitcoinNode): PendingReader {
  let known: ReadonlyMap<string, Waiting> = new Map()
  return async (watch) => {
    const txids = await node.ask('getrawmempool', [], z.array(Hash))
    const fresh = txids.filter((txid) => !known.has(txid)).slice(0, READ_MAX)
    const read = await inParallel(fresh, async (txid) => {
      const transaction = await transactionOf(node, txid)
      return transaction === undefined ? [] : [[txid, waitingOf(node, transaction)] as const]
    })
    const now = new Map([...known, ...read.flat()])
    const there = new Set(txids)
    for (const txid of now.keys()) if (!there.has(txid)) now.delete(txid)
    known = now
    const arrivals = [...now.values()].flatMap((one) => one.arrivals)
    const ours = await oursOf(watch, [...new Set(arrivals.map((one) => one.to))])
    return arrivals
      .filter((one) => ours.has(one.to))
      .map((one) => ({ ...one, replaceable: isReplaceable(now, one.txHash) }))
  }
}

/** A full mempool pays more addresses than one question should hold. */
async function oursOf(watch: Watch, met: readonly string[]): Promise<ReadonlySet<string>> {
  const ours = new Set<string>()
  for (let start = 0; start < met.length; start += ASKED_MAX) {
    for (const one of await watch.ours(met.slice(start, start + ASKED_MAX))) ours.add(one)
  }
  return ours
}

const waitingOf = (node: BitcoinNode, transaction: BitcoinTx): Waiting => ({
  arrivals: arrivalsOf(node, transaction),
  signals: transaction.inputs.some(({ sequence }) => sequence < SEQUENCE_FINAL_MIN),
  parents: [...new Set(transaction.inputs.map(({ txid }) => txid))],
})

/** By its own word, or that of any transaction that it waits for. */
function isReplaceable(waiting: ReadonlyMap<string, Waiting>, txid: string): boolean {
  const seen = new Set([txid])
  for (const one of seen) {
    const facts = waiting.get(one)
    if (facts?.signals === true) return true
    for (const parent of facts?.parents ?? []) if (waiting.has(parent)) seen.add(parent)
  }
  return false
}
