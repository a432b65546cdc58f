import { units, type Units } from '../../money/units.ts'
import type { ChainTransfer } from '../contract.ts'
import { feeOfReceipt, type Block, type Receipt, type Transaction } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { balanceAt } from './balances.client.ts'
import { inParallel } from '../node/concurrent.ts'
import type { EvmNode } from './node.client.ts'
import type { ReadReceipt } from './receipts.client.ts'

type Look = Readonly<{ node: EvmNode; assets: AssetTable; readReceipt: ReadReceipt }>

/** Consecutive blocks, with an address's balance before the first and after the last. */
type Span = Readonly<{ blocks: readonly Block[]; before: Units; after: Units }>

/**
 * Coins that arrived at these addresses without a transaction that names them: the difference of
 * balances less all that transactions explain. Where the whole span is explained no block is looked
 * at by itself, so coins that came and went again unexplained within one span are not seen.
 *
 * @param blocks consecutive
 */
export async function unexplainedTransfers(
  look: Look,
  blocks: readonly Block[],
  addresses: readonly string[],
): Promise<readonly ChainTransfer[]> {
  const [first, last] = [blocks[0], blocks.at(-1)]
  if (first === undefined || last === undefined) return []
  const found = await inParallel(addresses, async (address) => {
    const before = await nativeAt(look, address, first.number - 1)
    const after = await nativeAt(look, address, last.number)
    return inSpan(look, address, { blocks, before, after })
  })
  return found.flat()
}

/** Halves a span until the difference stands in one block. */
async function inSpan(look: Look, address: string, span: Span): Promise<readonly ChainTransfer[]> {
  const { blocks, before, after } = span
  const difference = after - before - (await explained(look, address, blocks))
  const [only] = blocks
  if (difference === 0n || only === undefined) return []
  if (blocks.length === 1) {
    if (difference < 0n) return []
    const block = { height: only.number, hash: only.hash }
    const amount = { asset: look.assets.native, units: units(difference) }
    return [{ txHash: only.hash, index: 'balance', from: undefined, to: address, ...amount, block }]
  }
  const middle = Math.ceil(blocks.length / 2)
  const [early, late] = [blocks.slice(0, middle), blocks.slice(middle)]
  const between = await nativeAt(look, address, early.at(-1)?.number ?? only.number)
  return [
    ...(await inSpan(look, address, { blocks: early, before, after: between })),
    ...(await inSpan(look, address, { blocks: late, before: between, after })),
  ]
}

const nativeAt = ({ node, assets }: Look, address: string, height: number): Promise<Units> =>
  balanceAt(node, assets, { address, asset: assets.native, height })

/** What the transactions of these blocks gave to an address, less what they took from it. */
async function explained(look: Look, address: string, blocks: readonly Block[]): Promise<bigint> {
  const own = address.toLowerCase()
  let sum = 0n
  for (const block of blocks) {
    for (const tx of block.transactions) {
      if (tx.from !== own && (tx.to !== own || tx.value === 0n)) continue
      sum += effectOn(own, tx, await look.readReceipt(block, tx.hash))
    }
  }
  return sum
}

function effectOn(own: string, tx: Transaction, receipt: Receipt): bigint {
  const moved = receipt.status === 1n ? tx.value : 0n
  const income = tx.to === own ? moved : 0n
  return tx.from === own ? income - moved - feeOfReceipt(receipt) : income
}
