import { bytesToHex } from '@noble/hashes/utils.js'
import { isError } from '../../errors/app-error.ts'
import type { Broadcast, ChainSender } from '../contract-sending.ts'
import { Hash } from './answers.ts'
import { finalTransaction, type FinalTx } from './codec.ts'
import { draftFor, planOf, type DraftParts } from './draft.client.ts'
import { slotStateOf, stateOf, whereIs } from './look-up.client.ts'
import { refusedBy, WARMING_UP, type BitcoinNode } from './node.client.ts'
import { meaningOf } from './refusals.ts'
import { replacementFor } from './replacement.client.ts'
import { usualPayment } from './usual-payment.client.ts'

/** What sending through one node takes. */
export type SenderParts = DraftParts &
  Readonly<{
    /** How many blocks make a block final, itself being the first. */
    finalConfirmations: number
  }>

/** Sends through one node. */
export const bitcoinSender = (parts: SenderParts): ChainSender => {
  const { node, finalConfirmations } = parts
  return {
    estimate: async (request) => {
      const { fee } = await planOf(parts, request)
      return { fee, feeMax: fee }
    },
    usual: (asset, speed) => usualPayment(parts, asset, speed),
    build: (request) => draftFor(parts, request),
    // A promise in any case: bytes that cannot be read reject it.
    bump: async (stuck, request) =>
      replacementFor(parts, finalTransaction(node.chain, stuck), request),
    broadcast: (signed) => broadcast(node, signed),
    lookUp: (txHash) => stateOf(node, txHash),
    slotState: (slot) => slotStateOf(node, slot, finalConfirmations),
  }
}

/** The node's own limit of fees is taken off: the request had one. */
const ANY_FEE_RATE = 0

async function broadcast(node: BitcoinNode, signed: Uint8Array): Promise<Broadcast> {
  const final = readSigned(node, signed)
  if ('problem' in final) return { kind: 'refused', reason: 'invalid', problem: final.problem }
  const method = 'sendrawtransaction'
  const answer = await node.attempt(method, [bytesToHex(final.raw), ANY_FEE_RATE], Hash)
  if (answer.kind === 'result') return { kind: 'accepted' }
  if (answer.code === WARMING_UP) throw refusedBy(node, method, answer)
  const verdict = meaningOf(answer)
  const isTaken = verdict.kind === 'refused' && verdict.reason === 'slot_taken'
  // One whose every output was spent again looks to the node like one without inputs.
  const isThere = isTaken && (await whereIs(node, final.txid)).kind !== 'unknown'
  return isThere ? { kind: 'accepted' } : verdict
}

function readSigned(
  { chain }: BitcoinNode,
  signed: Uint8Array,
): FinalTx | Readonly<{ problem: string }> {
  try {
    return finalTransaction(chain, signed)
  } catch (error) {
    if (isError(error, 'chain.transaction_not_readable')) return { problem: error.message }
    throw error
  }
}
