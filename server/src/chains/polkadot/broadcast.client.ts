import { z } from 'zod'
import { AppError, isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import type { Broadcast, RefusalReason, TxEffects, TxState } from '../contract-sending.ts'
import { hashOf, polkadotCodec } from './codec.ts'
import { outcomeOf } from './moves.ts'
import type { PolkadotNode } from './node.client.ts'
import { readSlot } from './slots.ts'
import { extrinsicIn } from './transaction.ts'

/** How many of the newest blocks are searched for a transaction of which only the hash is known. */
const LOOK_BACK = 300

const ALREADY_IMPORTED = 1013

/** What nodes say of a transaction that they do not take, by meaning. */
const WORDS: readonly (readonly [form: RegExp, reason: RefusalReason])[] = [
  [/pay some fees|balance too low/i, 'insufficient_funds'],
  [/outdated|stale/i, 'slot_taken'],
  [/priority is too low|low priority/i, 'underpriced'],
  [/ancient birth block/i, 'expired'],
]

/** Refusals that say nothing of the transaction: it is banned for a time, or the pool is full. */
const TROUBLE = [1012, 1016, -32603]

/** Hands a signed transfer to a node. One that the node has already is accepted again. */
export async function broadcast(node: PolkadotNode, signed: Uint8Array): Promise<Broadcast> {
  const read = readSigned(node, signed)
  if (typeof read === 'string') return { kind: 'refused', reason: 'invalid', problem: read }
  const extrinsic = `0x${Buffer.from(extrinsicIn(signed)).toString('hex')}`
  const outcome = await node.rpc.attempt('author_submitExtrinsic', [extrinsic], z.string())
  if (outcome.kind === 'result' || outcome.code === ALREADY_IMPORTED) return { kind: 'accepted' }
  const { txHash, effects } = read
  const problem = [outcome.message, outcome.data].filter((one) => one !== undefined).join(': ')
  if ((await lookUp(node, txHash, effects.slots)).kind !== 'unknown') return { kind: 'accepted' }
  if (TROUBLE.includes(outcome.code)) {
    throw new AppError('chain.unreachable', { chain: node.chain }, { cause: problem })
  }
  if (await isOver(node, effects.slots)) return { kind: 'refused', reason: 'expired', problem }
  const reason = WORDS.find(([form]) => form.test(problem))?.[1] ?? 'invalid'
  return { kind: 'refused', reason, problem }
}

type Read = Readonly<{ txHash: string; effects: TxEffects }>

/** What signed bytes are; a sentence when they are no transfer that anybody signed. */
function readSigned({ chain }: PolkadotNode, signed: Uint8Array): Read | string {
  try {
    return polkadotCodec.explainSigned(chain, signed)
  } catch (error) {
    if (!isError(error, 'chain.transaction_not_readable')) throw error
    return error.message
  }
}

/** Whether the time of a transaction is over at the best block. */
async function isOver(node: PolkadotNode, slots: readonly string[]): Promise<boolean> {
  const era = await eraOf(node, slots)
  const best = await node.headerOf()
  return era !== undefined && best !== undefined && best.height + 1 >= era.end
}

/** From which block a transaction was valid, and from which on it is not. */
async function eraOf(
  node: PolkadotNode,
  slots: readonly string[],
): Promise<Readonly<{ start: number; end: number }> | undefined> {
  for (const slot of slots) {
    const read = readSlot(slot)
    if (read?.kind !== 'era') continue
    const header = await node.headerOf(read.eraBlock)
    // A node that does not know where to look cannot say that nothing is there.
    if (header === undefined) throw unsettled(node)
    return { start: header.height, end: header.height + read.period }
  }
  return undefined
}

/**
 * What has become of a transaction. No node keeps an index of hashes, so blocks are searched: all
 * in which it can be, when its slots tell its time; else the newest ones.
 */
export async function lookUp(
  node: PolkadotNode,
  txHash: string,
  slots: readonly string[],
): Promise<TxState> {
  const best = await node.headerOf()
  const era = await eraOf(node, slots)
  if (best === undefined) throw unsettled(node)
  const newest = era === undefined ? best.height : Math.min(best.height, era.end - 1)
  const oldest = era === undefined ? Math.max(1, newest - LOOK_BACK) : era.start + 1
  for (let height = newest; height >= oldest; height -= 1) {
    const found = await findIn(node, height, txHash)
    if (found !== undefined) return found
  }
  const waits = (await node.pool()).some((hex) => hashOfHex(hex) === txHash)
  return waits ? { kind: 'waiting' } : { kind: 'unknown' }
}

const hashOfHex = (hex: string): string => hashOf(Buffer.from(hex.slice(2), 'hex'))

async function findIn(
  node: PolkadotNode,
  height: number,
  txHash: string,
): Promise<TxState | undefined> {
  const hash = await node.hashAt(height)
  if (hash === undefined) throw unsettled(node)
  const place = (await node.hashesOf(hash)).indexOf(txHash)
  if (place < 0) return undefined
  const header = await node.headerOf(hash)
  const events = header && (await node.eventsOf(header))
  const outcome = events && node.readBy('state_getStorage', () => outcomeOf(events, place))
  if (outcome === undefined) throw unsettled(node)
  const { succeeded, fee } = outcome
  return { kind: 'mined', block: { height, hash }, succeeded, fee: units(fee) }
}

/** Whether a nonce is used, or a time is over, at the finalized block. */
export async function slotState(node: PolkadotNode, slot: string): Promise<'free' | 'spent'> {
  const read = readSlot(slot)
  if (read === undefined) throw new RangeError(`${slot} is no slot of Polkadot`)
  const final = await node.headerOf(await node.finalizedHead())
  if (final === undefined) throw unsettled(node)
  if (read.kind === 'nonce') {
    const { nonce } = await node.accountAt(read.address, final.hash)
    return nonce > read.nonce ? 'spent' : 'free'
  }
  const start = await node.headerOf(read.eraBlock)
  if (start === undefined) throw unsettled(node)
  return final.height + 1 >= start.height + read.period ? 'spent' : 'free'
}

const unsettled = (node: PolkadotNode): AppError =>
  new AppError('chain.node_unsettled', { chain: node.chain, node: node.name })
