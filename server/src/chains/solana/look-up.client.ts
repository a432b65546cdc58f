import { unsettled } from '../node/settled.ts'
import { z } from 'zod'
import { units } from '../../money/units.ts'
import type { TxState } from '../contract-sending.ts'
import { Changes, Place, valued } from './answers.ts'
import { CONFIRMED, toldAt } from './blocks.client.ts'
import { readSlot } from './lifetime.ts'
import type { SolanaNode } from './node.client.ts'

const TRIES_MAX = 4

const Found = z.object({ slot: Place, meta: Changes })
const Statuses = valued(z.array(z.object({ slot: Place }).nullable()))

/** What has become of a transaction; one in a block that few voted for yet still waits. */
export async function lookUp(node: SolanaNode, txHash: string): Promise<TxState> {
  const how = { commitment: CONFIRMED, encoding: 'json', maxSupportedTransactionVersion: 0 }
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const found = await node.ask('getTransaction', [txHash, how], Found.nullable())
    if (found === null) {
      return { kind: (await isKnown(node, txHash)) ? 'waiting' : 'unknown' }
    }
    const { slot, meta } = found
    const block = await toldAt(node, slot)
    // A fork came between the two answers.
    if (block === undefined) continue
    const succeeded = meta.err === null || meta.err === undefined
    return { kind: 'mined', block, succeeded, fee: units(meta.fee + openingRent(meta)) }
  }
  throw unsettled(node)
}

/** Whether the node has a transaction in any block, however old or young. */
export async function isKnown(node: SolanaNode, txHash: string): Promise<boolean> {
  const parameters = [[txHash], { searchTransactionHistory: true }]
  const { value } = await node.ask('getSignatureStatuses', parameters, Statuses)
  return value.some((one) => one !== null)
}

/**
 * Whether a slot can still be used. Once a final block is higher than the last one in which the
 * message was valid, none of the blocks to come can hold it.
 */
export async function slotState(node: SolanaNode, slot: string): Promise<'free' | 'spent'> {
  const { lastValidBlockHeight } = readSlot(slot)
  return (await isOver(node, lastValidBlockHeight)) ? 'spent' : 'free'
}

/** Whether a final block is higher than this. */
export async function isOver(node: SolanaNode, lastValidBlockHeight: bigint): Promise<boolean> {
  const height = await node.ask('getBlockHeight', [{ commitment: 'finalized' }], Place)
  return BigInt(height) > lastValidBlockHeight
}

/** What went into token accounts that the transaction opened. */
function openingRent(meta: Changes): bigint {
  const before = new Set((meta.preTokenBalances ?? []).map((one) => one.accountIndex))
  return (meta.postTokenBalances ?? [])
    .filter((one) => !before.has(one.accountIndex))
    .map(({ accountIndex: at }) => (meta.postBalances[at] ?? 0n) - (meta.preBalances[at] ?? 0n))
    .reduce((all, one) => all + one, 0n)
}
