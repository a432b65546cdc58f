import { bytesToHex } from '@noble/hashes/utils.js'
import { AppError } from '../../errors/app-error.ts'
import { units, type Units } from '../../money/units.ts'
import { BlockSpends } from './answers.ts'
import type { ScanCoins } from './coin-scan.client.ts'
import { refusedBy, type BitcoinNode } from './node.client.ts'
import { MATURITY } from './scan.client.ts'
import { scriptOf } from './script.ts'

/** How far below the tip a balance can be asked for: each block between is read. */
const DEPTH_MAX = 1_000

/**
 * What an address had after a block: what it has now of that, and what was spent of it since.
 *
 * @throws chain.node_behind, chain.node_refused for a block too far below the tip
 */
export async function balanceAt(
  node: BitcoinNode,
  scanCoins: ScanCoins,
  { address, height }: Readonly<{ address: string; height: number }>,
): Promise<Units> {
  const { at, coinsOf } = await scanCoins([address])
  if (height > at.height) {
    throw new AppError('chain.node_behind', { chain: node.chain, node: node.name, height })
  }
  if (at.height - height > DEPTH_MAX) {
    const message = `unspent outputs are known at the tip alone, ${at.height - height} blocks above`
    throw refusedBy(node, 'scantxoutset', { code: 0, message })
  }
  const script = scriptOf(address, node.network)
  const wanted = script === undefined ? '' : bytesToHex(script)
  let sum = 0n
  for (const coin of coinsOf(address)) {
    if (countsAt(height, { made: coin.height, isNew: coin.coinbase })) sum += coin.units
  }
  let { hash } = at
  for (let above = at.height; above > height; above -= 1) {
    const block = await node.ask('getblock', [hash, 3], BlockSpends)
    for (const { prevout } of block.tx.flatMap((one) => one.vin)) {
      if (prevout === undefined || prevout.scriptPubKey.hex !== wanted) continue
      const facts = { made: prevout.height, isNew: prevout.generated }
      if (countsAt(height, facts)) sum += prevout.value
    }
    hash = block.previousblockhash ?? ''
  }
  return units(sum)
}

/** Whether coins made at a height were there, and could be spent, after the block at `height`. */
const countsAt = (height: number, { made, isNew }: Readonly<{ made: number; isNew: boolean }>) =>
  (isNew ? made + MATURITY - 1 : made) <= height
