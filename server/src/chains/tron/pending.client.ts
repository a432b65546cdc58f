import { z } from 'zod'
import { isError } from '../../errors/app-error.ts'
import type { ChainTransfer, Watch } from '../contract.ts'
import { inParallel } from '../node/concurrent.ts'
import { moveOfCall } from '../evm/erc20.ts'
import { Hash, Transaction } from './answers.ts'
import type { TronAssets } from './assets.ts'
import type { Movement } from './movements.ts'
import type { TronNode } from './node.client.ts'
import { ours } from './scan.client.ts'

const Waiting = z.object({ txId: z.array(Hash).default([]) })

/** Looks at what waits in a node's mempool. */
export type ReadPending = (watch: Watch) => Promise<readonly ChainTransfer[]>

const ASKED_MAX = 1_000
const REMEMBERED_MAX = 5_000

/**
 * A reader of what waits: coins, and plain token transfers as far as their call tells. A node
 * shows waiting transactions one by one, so each is asked for once; at most a thousand new ones at
 * a look.
 */
export function createPendingReader(node: TronNode, assets: TronAssets): ReadPending {
  const known = new Map<string, readonly Movement[]>()
  const movementsOf = async (txHash: string): Promise<readonly Movement[]> => {
    const before = known.get(txHash)
    if (before !== undefined) return before
    const tx = await waitingTransaction(node, txHash)
    if (tx === undefined) return []
    const movements = waitingMovements(tx, assets)
    const [oldest] = known.keys()
    if (known.size >= REMEMBERED_MAX && oldest !== undefined) known.delete(oldest)
    known.set(txHash, movements)
    return movements
  }
  return async (watch) => {
    const { txId } = await node
      .ask('wallet/gettransactionlistfrompending', {}, Waiting)
      .catch(ignoreRefusal)
    const left = new Set(txId.filter((one) => !known.has(one)).slice(ASKED_MAX))
    const shown = txId.filter((one) => !left.has(one))
    const movements = (await inParallel(shown, movementsOf)).flat()
    const found = await ours(watch, movements)
    return found.map((one) => ({ ...one, block: undefined }))
  }
}

/** A transaction that waits; undefined when it does not, or the node does not show it. */
export const waitingTransaction = (
  node: TronNode,
  txHash: string,
): Promise<Transaction | undefined> =>
  node
    .ask('wallet/gettransactionfrompending', { value: txHash }, Transaction)
    .catch((error: unknown) => {
      // A node of which it does not wait says so by an error, or by an empty answer.
      const isAbsent =
        isError(error, 'chain.node_refused') || isError(error, 'chain.answer_unusable')
      if (!isAbsent) throw error
      return undefined
    })

/** Many nodes show no mempool at all: then there is nothing to see yet, which is no failure. */
function ignoreRefusal(error: unknown): z.infer<typeof Waiting> {
  if (!isError(error, 'chain.node_refused')) throw error
  return { txId: [] }
}

function waitingMovements({ hash, deed }: Transaction, assets: TronAssets): readonly Movement[] {
  if (deed.kind === 'other') return []
  if (deed.kind === 'transfer') {
    const coins = { from: deed.owner, to: deed.to, value: deed.sun }
    return [{ txHash: hash, index: 'value', asset: assets.native, ...coins }]
  }
  const token = assets.tokens.get(deed.contract)
  const move = token === undefined ? undefined : moveOfCall(deed.owner, `0x${deed.data}`)
  return token && move ? [{ txHash: hash, index: 'log:0', asset: token, ...move }] : []
}
