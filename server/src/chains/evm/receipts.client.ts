import { AppError } from '../../errors/app-error.ts'
import { Receipt, type Block } from './answers.ts'
import type { EvmNode } from './node.client.ts'

/** The receipt of a transaction in the block that it was seen in, asked once. */
export type ReadReceipt = (block: Block, txHash: string) => Promise<Receipt>

/** Makes the reader for one look at one node. @throws chain.node_unsettled when it has moved */
export function createReceiptReader(node: EvmNode): ReadReceipt {
  const asked = new Map<string, Promise<Receipt>>()

  const read = async (block: Block, txHash: string): Promise<Receipt> => {
    const receipt = await node.ask('eth_getTransactionReceipt', [txHash], Receipt.nullable())
    if (receipt?.blockHash === block.hash && receipt.transactionHash === txHash) return receipt
    throw new AppError('chain.node_unsettled', { chain: node.chain, node: node.name })
  }

  return (block, txHash) => {
    const receipt = asked.get(txHash) ?? read(block, txHash)
    asked.set(txHash, receipt)
    return receipt
  }
}
