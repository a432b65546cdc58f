import type { Speed } from '../contract-sending.ts'
import { FeeEstimations, FeePerByte, Rejected } from './answers.ts'
import type { StacksNode } from './node.client.ts'
import { TRANSFER_BYTES } from './wire.ts'

const PLACES: Readonly<Record<Speed, 0 | 1 | 2>> = { slow: 0, normal: 1, fast: 2 }

/** What nodes ask for at least: one microSTX for each byte. */
const FEE_LEAST = BigInt(TRANSFER_BYTES)

/** A transfer's payload as estimates are asked for: what it says does not matter, its size does. */
const PAYLOAD = `000516${'00'.repeat(20)}${'00'.repeat(7)}01${'00'.repeat(34)}`

/** What a transfer costs now, in microSTX; haste never makes it cheaper. */
export async function feeNow(node: StacksNode, speed: Speed): Promise<bigint> {
  const body = JSON.stringify({ transaction_payload: PAYLOAD, estimated_len: TRANSFER_BYTES })
  const posted = await node.post({ path: 'v2/fees/transaction', body }, FeeEstimations, Rejected)
  if (posted.kind === 'answer') {
    const upTo = posted.value.estimations.slice(0, PLACES[speed] + 1)
    return upTo.reduce((most, { fee }) => (fee > most ? fee : most), FEE_LEAST)
  }
  // A node that has seen too few transactions estimates nothing, and says what a byte costs.
  const perByte = await node.ask('v2/fees/transfer', FeePerByte)
  const fee = perByte * BigInt(TRANSFER_BYTES)
  return fee > FEE_LEAST ? fee : FEE_LEAST
}
