import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import type { ChainTransfer, Watch } from '../contract.ts'
import { checksummed } from './address.ts'
import { Height, PendingBlock, Pool, type Transaction } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { moveOfCall } from './erc20.ts'
import type { EvmNode } from './node.client.ts'
import { pickMine } from './scan.client.ts'

type Waiting = Pick<ChainTransfer, 'txHash' | 'index' | 'asset'> &
  Readonly<{ from: string; to: string; value: bigint }>

/**
 * Transfers to our addresses that wait in a node's mempool, as far as it shows it and as far as
 * their call data tells: what a contract will do is known when it has done it.
 */
export async function pendingTransfers(
  node: EvmNode,
  assets: AssetTable,
  watch: Watch,
): Promise<readonly ChainTransfer[]> {
  const waiting = (await readWaiting(node))
    .flatMap((tx) => waitingMoves(tx, assets))
    .filter((move) => move.value > 0n && move.from !== move.to)
  const mine = await pickMine(watch, new Set(waiting.map((move) => move.to)))
  return waiting.flatMap(({ value, from, to, ...rest }) => {
    const address = mine.get(to)
    if (address === undefined) return []
    const transfer = { from: checksummed(from), to: address, units: units(value) }
    return { ...rest, ...transfer, block: undefined }
  })
}

/** The next block as the node sees it; its mempool where it does not show such a block. */
async function readWaiting(node: EvmNode): Promise<readonly Transaction[]> {
  // Asked first: a node that shows its latest block for the pending one shows nothing that waits.
  const latest = await node.ask('eth_blockNumber', [], Height)
  const block = await node
    .ask('eth_getBlockByNumber', ['pending', true], PendingBlock.nullable())
    .catch(ignoreRefusal)
  if (block) return (block.number ?? latest + 1) > latest ? block.transactions : []
  const pool = await node.ask('txpool_content', [], Pool).catch(ignoreRefusal)
  return Object.values(pool?.pending ?? {}).flatMap((byNonce) => Object.values(byNonce))
}

/** Many nodes show no mempool at all: then there is nothing to see yet, which is no failure. */
function ignoreRefusal(error: unknown): undefined {
  if (!isError(error, 'chain.node_refused')) throw error
}

function waitingMoves(tx: Transaction, { native, tokens }: AssetTable): readonly Waiting[] {
  const { hash: txHash, from, to, value } = tx
  if (!to) return []
  const token = tokens.get(to)
  // What arrives of a token that delivers less is known when it has arrived.
  if (token?.deliversLess) return []
  const move = token === undefined ? undefined : moveOfCall(from, tx.input)
  return [
    { txHash, index: 'value', asset: native, from, to, value },
    ...(token && move ? [{ txHash, index: 'log:0', asset: token.id, ...move }] : []),
  ]
}
