import { bytesToHex } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { AppError, isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import type {
  Broadcast,
  ChainSender,
  SendRequest,
  SlotState,
  TxState,
  UnsignedTx,
} from '../contract-sending.ts'
import { checksummed } from './address.ts'
import { feeOfReceipt, Hash, Height, Quantity, Receipt } from './answers.ts'
import { draftSetup } from './draft-setup.client.ts'
import { draftSweep, isSweep, needsSweeper } from './draft-sweep.client.ts'
import { draftPayment, notPossible, type Draft, type Sending } from './draft.client.ts'
import { effectsOf } from './effects.ts'
import { verdictOf } from './refusals.ts'
import { replacementOf } from './replacement.client.ts'
import { decodeSigned, txHashOf } from './signatures.ts'
import { tipsAt, type Finality } from './tips.client.ts'
import { encodeUnsigned, type EvmTx } from './transaction.ts'
import { usualPayment } from './usual-payment.client.ts'

/** Sending through one node of an EVM chain. */
export function createEvmSender(sending: Sending, finality: Finality): ChainSender {
  return {
    estimate: async (request) => {
      const { fee, feeMax } = await draft(sending, request, 'estimate')
      return { fee: units(fee), feeMax: units(feeMax) }
    },
    usual: (asset, speed) => usualPayment(sending, asset, speed),
    needsSetup: (request) => needsSweeper(sending, request),
    build: async (request) => unsigned(sending, request, await draft(sending, request, 'build')),
    bump: async (stuck, request) => {
      const tx = decodeSigned(stuck)
      const state = await lookUp(sending, txHashOf(stuck))
      const replacement = await replacementOf(sending, { stuck: tx, state, request })
      return unsigned(sending, request, replacement)
    },
    broadcast: (signed) => broadcast(sending, signed),
    lookUp: (txHash) => lookUp(sending, txHash),
    slotState: (slot) => slotState(sending, slot, finality),
  }
}

/** @throws chain.insufficient_funds, chain.payment_not_possible */
async function draft(
  sending: Sending,
  request: SendRequest,
  purpose: 'estimate' | 'build',
): Promise<Draft> {
  const { from, feePayer } = request
  if (request.setup === true) return draftSetup(sending, request)
  if (feePayer !== undefined && isSweep(request)) {
    return draftSweep(sending, request, { payer: feePayer, made: purpose === 'build' })
  }
  const [first, ...more] = from
  if (more.length > 0) throw notPossible(sending.node, 'one key pays, unless all are emptied')
  if (feePayer !== undefined && feePayer.address !== first.address) {
    throw notPossible(sending.node, 'a sender pays its own fee')
  }
  return draftPayment(sending, request)
}

/** @throws chain.fee_above_limit */
function unsigned(
  { node, assets }: Sending,
  request: SendRequest,
  { tx, feeMax }: Draft,
): UnsignedTx {
  if (feeMax > request.feeMax) {
    const facts = { chain: node.chain, fee: `${feeMax}`, feeMax: `${request.feeMax}` }
    throw new AppError('chain.fee_above_limit', facts)
  }
  const effects = effectsOf(tx, assets)
  const keys = [...request.from, ...(request.feePayer === undefined ? [] : [request.feePayer])]
  // An address that let its sweeper act for it before does not sign, but must be proved to be ours.
  const ours = new Set([...effects.spenders, ...effects.moves.map(({ from }) => from)])
  const signers = keys.filter(({ address }) => ours.has(checksummed(address)))
  return { chain: node.chain, bytes: encodeUnsigned(tx), signers, change: undefined, effects }
}

/** @throws chain.unreachable, chain.node_refused with words that tell nobody what became of it */
async function broadcast(sending: Sending, signed: Uint8Array): Promise<Broadcast> {
  const { node, chainId } = sending
  const problem = whatIsWrong(signed, chainId)
  if (problem !== undefined) return { kind: 'refused', reason: 'invalid', problem }
  const method = 'eth_sendRawTransaction'
  const outcome = await node.attempt(method, [`0x${bytesToHex(signed)}`], Hash)
  if (outcome.kind === 'result') return { kind: 'accepted' }
  const { code, message } = outcome
  const verdict = verdictOf(message)
  if (verdict === 'known') return { kind: 'accepted' }
  if (verdict === 'number_used' || verdict === 'slot_taken') {
    // Whose number it is that is used: a transaction that is mined already uses its own.
    const { kind } = await lookUp(sending, txHashOf(signed))
    if (kind !== 'unknown') return { kind: 'accepted' }
    return { kind: 'refused', reason: 'slot_taken', problem: message }
  }
  if (verdict !== 'unclear') return { kind: 'refused', reason: verdict, problem: message }
  const facts = { chain: node.chain, node: node.name, method, problem: `${code}: ${message}` }
  throw new AppError('chain.node_refused', facts)
}

/** Why bytes are no transaction for this chain; undefined when they are one. */
function whatIsWrong(signed: Uint8Array, chainId: bigint): string | undefined {
  try {
    const tx: EvmTx = decodeSigned(signed)
    return tx.chainId === chainId ? undefined : `it is for the chain with the id ${tx.chainId}`
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

const MinedReceipt = Receipt.omit({ logs: true }).extend({ blockNumber: Height })
const Known = z.object({ hash: Hash })

async function lookUp({ node }: Sending, txHash: string): Promise<TxState> {
  const receipt = await node
    .ask('eth_getTransactionReceipt', [txHash], MinedReceipt.nullable())
    .catch(unlessIndexing)
  if (receipt) {
    return {
      kind: 'mined',
      block: { height: receipt.blockNumber, hash: receipt.blockHash },
      succeeded: receipt.status === 1n,
      fee: units(feeOfReceipt(receipt)),
    }
  }
  const known = await node.ask('eth_getTransactionByHash', [txHash], Known.nullable())
  return { kind: known === null ? 'unknown' : 'waiting' }
}

/** A node that still reads in what it has seen refuses instead of answering with nothing. */
function unlessIndexing(error: unknown): null {
  if (isError(error, 'chain.node_refused') && /not found|indexing/i.test(error.context.problem)) {
    return null
  }
  throw error
}

const SLOT = /^nonce:(0x[0-9a-fA-F]{40}):(\d+)$/

/** @throws RangeError when it is no slot of this family */
async function slotState({ node }: Sending, slot: string, finality: Finality): Promise<SlotState> {
  const [, address, number] = SLOT.exec(slot) ?? []
  if (address === undefined || number === undefined) throw new RangeError(`${slot} is no slot`)
  const isUsedAt = async (place: string): Promise<boolean> =>
    (await node.ask('eth_getTransactionCount', [address, place], Quantity)) > BigInt(number)
  // Asked first: a node knows the latest state, and not always that of the final block.
  if (!(await isUsedAt('latest'))) return 'free'
  const { finalHeight } = await tipsAt(node, finality)
  return (await isUsedAt(`0x${finalHeight.toString(16)}`)) ? 'spent' : 'free'
}
