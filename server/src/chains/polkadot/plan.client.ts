import { AppError } from '../../errors/app-error.ts'
import type { AssetId } from '../../money/units.ts'
import type { OwnKey, SendRequest } from '../contract-sending.ts'
import { leftOf } from '../in-flight.ts'
import { z } from 'zod'
import { checkPolkadotAddress } from './address.ts'
import type { PolkadotNetwork } from './networks.ts'
import type { PolkadotNode } from './node.client.ts'
import { littleEndian } from './scale.ts'
import { writeExtrinsic, type PolkadotTransfer } from './transaction.ts'

/** What is to be sent in one transfer, checked against what the chain allows. */
export type Plan = Readonly<{
  from: OwnKey
  to: string
  amount: bigint | 'all'
  /** The least that has to arrive. */
  least: bigint
  /** What the sender has that is not frozen. */
  spendable: bigint
  /** What has to stay with the sender, who would otherwise cease to exist. */
  stays: bigint
  keepAlive: boolean
}>

const AMOUNT_MAX = 2n ** 128n - 1n
const FEE_BYTES = 16

/**
 * What a request asks for, as far as one transfer can do it.
 * @throws chain.payment_not_possible
 */
export async function planOf(
  node: PolkadotNode,
  { network, asset }: Readonly<{ network: PolkadotNetwork; asset: AssetId }>,
  request: SendRequest,
): Promise<Plan> {
  const { chain } = network
  const impossible = (problem: string): AppError =>
    new AppError('chain.payment_not_possible', { chain, problem })
  const { from, payments, everything = false } = request
  const [key, ...moreKeys] = from
  const [payment, ...morePayments] = payments
  if (moreKeys.length > 0) throw impossible('one transaction spends of one address')
  if (morePayments.length > 0) throw impossible('one transaction makes one payment')
  if (request.feePayer !== undefined && request.feePayer.address !== key.address) {
    throw impossible('the sender pays the fee')
  }
  if (payment.asset !== asset) throw impossible(`only ${asset} can be sent`)
  if (payment.units <= 0n || payment.units > AMOUNT_MAX) {
    throw impossible(`${payment.units} is no amount that can be sent`)
  }
  const check = checkPolkadotAddress(payment.to, network.prefix)
  if (check.kind === 'invalid') throw impossible(`${payment.to}: ${check.reason}`)
  if (check.address === key.address) throw impossible('sender and recipient are the same')
  const { existentialDeposit } = await node.runtimeAfter()
  const recipient = await node.accountAt(check.address)
  const sender = await node.accountAt(key.address)
  const spendable = leftOf(sender.free - sender.frozen, request.inFlight, {
    address: key.address,
    asset,
  })
  const arrives = everything ? spendable - network.transferFeeMax : payment.units
  if (recipient.free + larger(arrives, payment.units) < existentialDeposit) {
    throw impossible(`an address must have ${existentialDeposit} at least, or it does not exist`)
  }
  return {
    from: key,
    to: check.address,
    amount: everything ? 'all' : payment.units,
    least: payment.units,
    spendable,
    stays: everything ? 0n : existentialDeposit,
    keepAlive: !everything,
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)

const Result = z.string().regex(/^0x(?:[0-9a-f]{2}){17,64}$/)

/** What a transfer costs now without a tip, as the runtime itself reckons. */
export async function feeOf(
  node: PolkadotNode,
  network: PolkadotNetwork,
  tx: PolkadotTransfer,
): Promise<bigint> {
  const signature = { kind: 'sr25519', bytes: new Uint8Array(64).fill(1) } as const
  const extrinsic = Buffer.from(writeExtrinsic(network, { ...tx, signature }))
  const length = Buffer.from(littleEndian(BigInt(extrinsic.length), 4))
  const data = `0x${extrinsic.toString('hex')}${length.toString('hex')}`
  const method = 'TransactionPaymentApi_query_info'
  const answer = await node.rpc.ask('state_call', [method, data], Result)
  // Weight and class stand in front; the fee is the last of it, 128 bits, the lowest byte first.
  const fee = Buffer.from(answer.slice(2), 'hex').subarray(-FEE_BYTES).reverse()
  return BigInt(`0x${fee.toString('hex')}`)
}
