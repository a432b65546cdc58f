import { AppError, isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import type { Broadcast, RefusalReason, TxState } from '../contract-sending.ts'
import { Accepted, Rejected, TxStatus } from './answers.ts'
import { stacksCodec } from './codec.ts'
import type { StacksNode } from './node.client.ts'
import { blockAt } from './scan.client.ts'

/** Why nodes refuse, by meaning; any other reason means that the bytes are at fault. */
const REASONS = new Map<string, RefusalReason>([
  ['NotEnoughFunds', 'insufficient_funds'],
  ['BadNonce', 'slot_taken'],
  ['ConflictingNonceInMempool', 'slot_taken'],
  ['TooMuchChaining', 'slot_taken'],
  ['FeeTooLow', 'underpriced'],
])

/** Refusals that are the node's own trouble: nobody knows what became of the transaction. */
const TROUBLE = /^(ServerFailure|EstimatorError|NoAnchorBlock|TemporarilyBlacklisted)/

const STATES_MINED = ['success', 'abort_by_response', 'abort_by_post_condition']

/** Hands a signed transfer to a node. One that the node has already is accepted again. */
export async function broadcast(node: StacksNode, signed: Uint8Array): Promise<Broadcast> {
  const read = readSigned(node, signed)
  if (typeof read === 'string') return { kind: 'refused', reason: 'invalid', problem: read }
  const posted = await node.post({ path: 'v2/transactions', body: signed }, Accepted, Rejected)
  if (posted.kind === 'answer') return { kind: 'accepted' }
  const { error, reason: word = '' } = posted.value
  if (TROUBLE.test(word)) {
    throw new AppError('chain.unreachable', { chain: node.chain }, { cause: word })
  }
  const reason = REASONS.get(word) ?? 'invalid'
  // One that is mined already is refused for its nonce, which it has used itself.
  if (reason === 'slot_taken' && (await lookUp(node, read.txHash)).kind !== 'unknown') {
    return { kind: 'accepted' }
  }
  return { kind: 'refused', reason, problem: `${error}: ${word}` }
}

/** The hash of signed bytes; a sentence when they are no transfer that anybody signed. */
function readSigned({ chain }: StacksNode, signed: Uint8Array): { txHash: string } | string {
  try {
    return stacksCodec.explainSigned(chain, signed)
  } catch (error) {
    if (!isError(error, 'chain.transaction_not_readable')) throw error
    return error.message
  }
}

/** What has become of a transaction. One that the node dropped is unknown: it may come again. */
export async function lookUp(node: StacksNode, txHash: string): Promise<TxState> {
  const found = await node.find(`extended/v1/tx/${txHash}`, TxStatus)
  if (found?.tx_status === 'pending') return { kind: 'waiting' }
  if (found === undefined || !STATES_MINED.includes(found.tx_status)) return { kind: 'unknown' }
  const { tx_status: status, canonical, block_height: height, fee_rate: fee } = found
  if (canonical !== true || height === undefined) return { kind: 'unknown' }
  const block = await blockAt(node, height)
  if (block === undefined) {
    throw new AppError('chain.node_unsettled', { chain: node.chain, node: node.name })
  }
  return { kind: 'mined', block, succeeded: status === 'success', fee: units(fee) }
}
