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
import { isTransferLog } from '../evm/erc20.ts'
import { Info } from './answers.ts'
import { unsettled } from '../node/settled.ts'
import { blockAt, headerNow } from './blocks.client.ts'
import { draftOf, type Draft, type Sending } from './draft.client.ts'
import { effectsOf, feeMaxOf } from './effects.ts'
import { hasSucceeded } from './movements.ts'
import { waitingTransaction } from './pending.client.ts'
import { readRaw, writeRaw } from './raw-transaction.ts'
import { verdictOf } from './refusals.ts'
import { readSigned, txHashOf } from './signed-transaction.ts'
import { isOver, readSlot, type ExpiringTx } from './slot.ts'
import { usualPayment } from './usual-payment.client.ts'

/**
 * Sending through one node of Tron.
 *
 * Nothing that waits can be replaced here: no nonce and no output makes one transaction exclude
 * another. A payment is made again only when the first one has expired for good, as `slot.ts` says;
 * until then `bump` refuses.
 */
export function createTronSender(sending: Sending): ChainSender {
  return {
    estimate: async (request) => {
      const { raw, fee } = await draftOf(
        sending,
        request,
        request.feeLater === true ? 'later' : 'there',
      )
      const feeMax = feeMaxOf(raw, writeRaw(raw).length)
      return { fee: units(fee), feeMax: units(feeMax > fee ? feeMax : fee) }
    },
    usual: (asset) => usualPayment(sending, asset),
    build: async (request) => unsigned(sending, request, await draftOf(sending, request)),
    bump: (stuck, request) => buildAnew(sending, stuck, request),
    broadcast: (signed) => broadcast(sending, signed),
    lookUp: (txHash) => lookUp(sending, txHash),
    slotState: (slot) => slotState(sending, slot),
  }
}

/** @throws chain.fee_above_limit */
function unsigned(
  { node: { chain }, assets }: Sending,
  { from: [key], feeMax }: SendRequest,
  { raw }: Draft,
): UnsignedTx {
  const bytes = writeRaw(raw)
  const effects = effectsOf(raw, bytes, assets)
  if (effects.feeMax > feeMax) {
    const facts = { chain, fee: `${effects.feeMax}`, feeMax: `${feeMax}` }
    throw new AppError('chain.fee_above_limit', facts)
  }
  return { chain, bytes, signers: [key], change: undefined, effects }
}

/**
 * Another transaction for a payment whose first one can never be mined any more.
 * @throws chain.replacement_refused while it can, or when it is
 */
async function buildAnew(
  sending: Sending,
  stuck: Uint8Array,
  request: SendRequest,
): Promise<UnsignedTx> {
  const { chain } = sending.node
  const { raw } = readSigned(chain, stuck)
  const txHash = txHashOf(raw)
  const { expirationMs } = readRaw(chain, raw)
  // Asked in this order: what is mined after the first answer was given is seen by the second.
  const over = await isDead(sending, { txHash, expirationMs })
  const problem = !over
    ? `it can be mined until ${new Date(expirationMs).toISOString()} and some blocks more`
    : (await lookUp(sending, txHash)).kind === 'mined'
      ? 'it is mined'
      : undefined
  if (problem !== undefined) throw new AppError('chain.replacement_refused', { chain, problem })
  return unsigned(sending, request, await draftOf(sending, request))
}

/** Whether a transaction can no longer be mined, as far as this node and our clock know. */
async function isDead({ node, now }: Sending, tx: ExpiringTx): Promise<boolean> {
  const { timeMs: solidMs } = await headerNow(node, 'walletsolidity')
  return isOver(tx, { solidMs, nowMs: now() })
}

const BroadcastAnswer = z.object({
  result: z.boolean().default(false),
  code: z.string().default(''),
  message: z.string().default(''),
})

/** @throws chain.unreachable, chain.node_refused with words that tell nobody what became of it */
async function broadcast(sending: Sending, signed: Uint8Array): Promise<Broadcast> {
  const { node } = sending
  const txHash = nameOf(sending, signed)
  if (txHash === undefined) {
    return { kind: 'refused', reason: 'invalid', problem: 'it is no transaction of Tron' }
  }
  const path = 'wallet/broadcasthex'
  const answer = await node.ask(path, { transaction: bytesToHex(signed) }, BroadcastAnswer)
  const verdict = verdictOf(answer)
  if (verdict === 'accepted' || verdict === 'known') return { kind: 'accepted' }
  // One that is mined is refused when it is sent again late: for its time, or what it has spent.
  if ((await lookUp(sending, txHash)).kind !== 'unknown') return { kind: 'accepted' }
  const problem = `${answer.code}: ${answer.message}`
  if (verdict !== 'unclear') return { kind: 'refused', reason: verdict, problem }
  const facts = { chain: node.chain, node: node.name, method: path, problem }
  throw new AppError('chain.node_refused', facts)
}

/** The hash of a signed transaction; undefined when the bytes are none. */
function nameOf({ node: { chain } }: Sending, signed: Uint8Array): string | undefined {
  try {
    const { raw } = readSigned(chain, signed)
    readRaw(chain, raw)
    return txHashOf(raw)
  } catch (error) {
    if (isError(error, 'chain.transaction_not_readable')) return undefined
    throw error
  }
}

/** @throws chain.node_unsettled when a fork takes the block away between two answers */
async function lookUp({ node }: Sending, txHash: string): Promise<TxState> {
  const info = await node.ask('wallet/gettransactioninfobyid', { value: txHash }, Info)
  if (info === undefined) {
    const waits = (await waitingTransaction(node, txHash)) !== undefined
    return { kind: waits ? 'waiting' : 'unknown' }
  }
  // The info names a height; which block it is, and that the transaction is in it, the block tells.
  const block = await blockAt(node, info.height)
  const tx = block?.transactions.find(({ hash }) => hash === txHash)
  if (block === undefined || tx === undefined) throw unsettled(node)
  const { height, hash } = block
  const { deed } = tx
  // A token that moved nothing has paid nobody, whatever its call says of itself.
  const moved =
    deed.kind !== 'trigger' ||
    info.logs.some((log) => isTransferLog(log) && log.contract === deed.contract)
  const succeeded = hasSucceeded(tx) && moved
  return { kind: 'mined', block: { height, hash }, succeeded, fee: units(info.feeSun) }
}

/** Spent when it can never be mined any more, or is mined in a block that no fork takes away. */
async function slotState(sending: Sending, slot: string): Promise<SlotState> {
  const tx = readSlot(slot)
  if (await isDead(sending, tx)) return 'spent'
  const path = 'walletsolidity/gettransactioninfobyid'
  const info = await sending.node.ask(path, { value: tx.txHash }, Info)
  return info === undefined ? 'free' : 'spent'
}
