import { AppError } from '../../errors/app-error.ts'
import type { BlockRef } from '../contract.ts'
import { Bytes, ChainInfo, Hash } from './answers.ts'
import { NOT_FOUND, OUT_OF_RANGE, refusedBy, type BitcoinNode } from './node.client.ts'
import { MalformedBytes } from './read-bytes.ts'
import { readBlock, readTransaction, type BitcoinBlock, type BitcoinTx } from './transaction.ts'

/** The newest block of a node. */
export async function tipOf(node: BitcoinNode): Promise<BlockRef> {
  const { blocks, bestblockhash } = await node.ask('getblockchaininfo', [], ChainInfo)
  return { height: blocks, hash: bestblockhash }
}

/** The hash of the best chain's block at a height; absent above the tip. */
export async function hashAt(node: BitcoinNode, height: number): Promise<string | undefined> {
  const answer = await node.attempt('getblockhash', [height], Hash)
  if (answer.kind === 'result') return answer.value
  if (answer.code === OUT_OF_RANGE) return undefined
  throw refusedBy(node, 'getblockhash', answer)
}

/** A block by its hash, whole and checked against it. @throws chain.answer_unusable */
export async function blockOf(node: BitcoinNode, hash: string): Promise<BitcoinBlock> {
  const bytes = await node.ask('getblock', [hash, 0], Bytes)
  const block = readAnswer(node, 'getblock', () => readBlock(bytes))
  if (block.hash === hash) return block
  throw unusable(node, 'getblock', 'it is another block than the one asked for')
}

/**
 * A transaction by its txid, checked against it; absent where the node does not know it.
 * @param blockHash the block that holds it; without it only the mempool is certain to be searched
 * @throws chain.answer_unusable
 */
export async function transactionOf(
  node: BitcoinNode,
  txid: string,
  blockHash?: string,
): Promise<BitcoinTx | undefined> {
  const method = 'getrawtransaction'
  const place = blockHash === undefined ? [] : [blockHash]
  const answer = await node.attempt(method, [txid, 0, ...place], Bytes)
  if (answer.kind === 'refused') {
    if (answer.code === NOT_FOUND) return undefined
    throw refusedBy(node, method, answer)
  }
  const transaction = readAnswer(node, method, () => readTransaction(answer.value))
  if (transaction.txid === txid) return transaction
  throw unusable(node, method, 'it is another transaction than the one asked for')
}

function readAnswer<Read>(node: BitcoinNode, method: string, read: () => Read): Read {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof MalformedBytes) throw unusable(node, method, cause.message)
    throw cause
  }
}

const unusable = ({ chain, name }: BitcoinNode, method: string, problem: string): AppError =>
  new AppError('chain.answer_unusable', { chain, node: name, method, problem })
