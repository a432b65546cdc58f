import { units, type Units } from '../../money/units.ts'
import type { ChainTransfer } from '../contract.ts'
import type { Log } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { balanceAt } from './balances.client.ts'
import { moveOfLog } from './erc20.ts'
import type { EvmNode } from './node.client.ts'

/**
 * The transfers of one block, with those of tokens that deliver less than they log cut down to what
 * the balances say: together no more than an address really gained.
 *
 * @param logs every Transfer log of our tokens in that block
 */
export async function delivered(
  look: Readonly<{ node: EvmNode; assets: AssetTable }>,
  transfers: readonly ChainTransfer[],
  logs: readonly Log[],
): Promise<readonly ChainTransfer[]> {
  const doubted = Map.groupBy(
    transfers.filter((transfer) => isDoubted(look.assets, transfer)),
    ({ to, asset }) => `${to} ${asset}`,
  )
  const cut = new Map<ChainTransfer, Units>()
  for (const group of doubted.values()) {
    const [first] = group
    if (first === undefined) continue
    for (const [transfer, left] of shareOut(group, await gained(look, first, logs))) {
      cut.set(transfer, left)
    }
  }
  return transfers
    .map((transfer) => ({ ...transfer, units: cut.get(transfer) ?? transfer.units }))
    .filter((transfer) => transfer.units > 0n)
}

function isDoubted(assets: AssetTable, { asset }: ChainTransfer): boolean {
  const contract = assets.contractOf(asset)
  return contract !== undefined && assets.tokens.get(contract)?.deliversLess === true
}

/** By how much the address's balance rose in the block, with what it sent away in it added back. */
async function gained(
  look: Readonly<{ node: EvmNode; assets: AssetTable }>,
  { to, asset, block }: ChainTransfer,
  logs: readonly Log[],
): Promise<bigint> {
  if (block === undefined) return 0n
  const contract = look.assets.contractOf(asset)
  const sent = logs
    .filter((log) => log.address === contract)
    .map(moveOfLog)
    .filter((move) => move?.from === to.toLowerCase() && move.to !== move.from)
    .reduce((sum, move) => sum + (move?.value ?? 0n), 0n)
  const at = { address: to, asset }
  const before = await balanceAt(look.node, look.assets, { ...at, height: block.height - 1 })
  const after = await balanceAt(look.node, look.assets, { ...at, height: block.height })
  return after - before + sent
}

/** Earlier transfers are served in full: what is missing is taken off the last ones. */
function shareOut(
  group: readonly ChainTransfer[],
  gain: bigint,
): ReadonlyMap<ChainTransfer, Units> {
  let left = gain > 0n ? gain : 0n
  return new Map(
    group.map((transfer) => {
      const share = transfer.units < left ? transfer.units : left
      left -= share
      return [transfer, units(share)]
    }),
  )
}
