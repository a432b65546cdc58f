import { AppError } from '../../errors/app-error.ts'
import type { BlockRef } from '../contract.ts'
import type { TxState } from '../contract-sending.ts'
import { Header, TxFee, TxOut, TxPlace } from './answers.ts'
import { blockOf, hashAt, tipOf } from './blocks.client.ts'
import { NOT_FOUND, refusedBy, type BitcoinNode } from './node.client.ts'

/** Where a transaction is. */
export type TxWhere =
  Readonly<{ kind: 'unknown' | 'waiting' }> | Readonly<{ kind: 'mined'; block: BlockRef }>

/** How many outputs are tried where a node has no index of transactions. */
const OUTPUTS_TRIED = 10

/** Where a transaction is now, as far as the node can tell. */
export async function whereIs(node: BitcoinNode, txid: string): Promise<TxWhere> {
  const method = 'getrawtransaction'
  const answer = await node.attempt(method, [txid, 1], TxPlace)
  if (answer.kind === 'refused') {
    if (answer.code !== NOT_FOUND) throw refusedBy(node, method, answer)
    return byOutputs(node, txid)
  }
  const { blockhash: hash, confirmations = 0 } = answer.value
  if (hash === undefined) return { kind: 'waiting' }
  // A block of a left branch: what was in it may wait again, or be gone.
  if (confirmations < 1) return { kind: 'unknown' }
  const { height } = await node.ask('getblockheader', [hash, true], Header)
  return { kind: 'mined', block: { height, hash } }
}

/** A node without an index knows the blocks of unspent outputs alone. */
async function byOutputs(node: BitcoinNode, txid: string): Promise<TxWhere> {
  for (let index = 0; index < OUTPUTS_TRIED; index += 1) {
    const found = await node.ask('gettxout', [txid, index, false], TxOut)
    if (found === null) continue
    const tip = await node.ask('getblockheader', [found.bestblock, true], Header)
    const height = tip.height + 1 - found.confirmations
    const hash = await hashAt(node, height)
    if (hash !== undefined) return { kind: 'mined', block: { height, hash } }
  }
  return { kind: 'unknown' }
}

/** What has become of a transaction, with what it paid once it is in a block. */
export async function stateOf(node: BitcoinNode, txid: string): Promise<TxState> {
  const where = await whereIs(node, txid)
  if (where.kind !== 'mined') return { kind: where.kind }
  const method = 'getrawtransaction'
  const { fee } = await node.ask(method, [txid, 2, where.block.hash], TxFee)
  if (fee !== undefined) return { kind: 'mined', block: where.block, succeeded: true, fee }
  const problem = 'it does not say the fee: an older node, or a block that it has pruned'
  const facts = { chain: node.chain, node: node.name, method, problem }
  throw new AppError('chain.answer_unusable', facts)
}

/**
 * Whether an output can still be spent, as far as final blocks say. Spent it is only when its own
 * transaction is in the chain and no block that a fork may still take away is the one that spends
 * it: an output that is not there yet, or again, is free.
 *
 * @param slot `input:<txid>:<output>`
 * @param confirmations how many blocks make a block final, itself being the first
 */
export async function slotStateOf(
  node: BitcoinNode,
  slot: string,
  confirmations: number,
): Promise<'free' | 'spent'> {
  const [, txid = '', place = ''] = /^input:([0-9a-f]{64}):(\d+)$/.exec(slot) ?? []
  if (txid === '') throw new Error(`${slot} is no slot of Bitcoin`)
  const index = Number.parseInt(place, 10)
  const latest = await tipOf(node)
  const unspent = await node.ask('gettxout', [txid, index, false], TxOut)
  if (unspent !== null) return 'free'
  let { hash } = latest
  for (let depth = 1; depth < confirmations && latest.height - depth >= 0; depth += 1) {
    const { parent, transactions } = await blockOf(node, hash)
    const spends = transactions.some(({ inputs }) =>
      inputs.some((one) => one.txid === txid && one.index === index),
    )
    if (spends) return 'free'
    hash = parent
  }
  const where = await whereIs(node, txid)
  // What was learnt is true together only if the chain is still the same.
  if ((await hashAt(node, latest.height)) !== latest.hash) {
    throw new AppError('chain.node_unsettled', { chain: node.chain, node: node.name })
  }
  return where.kind === 'mined' ? 'spent' : 'free'
}
