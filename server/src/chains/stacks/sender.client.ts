import { AppError } from '../../errors/app-error.ts'
import { mulDiv } from '../../money/rounding.ts'
import { units, type AssetId, type ChainId, type Units } from '../../money/units.ts'
import type {
  ChainSender,
  FeeEstimate,
  OwnKey,
  Payment,
  SendRequest,
  UnsignedTx,
} from '../contract-sending.ts'
import type { Depths } from './depths.ts'
import { leftOf, nonceFor } from '../in-flight.ts'
import { accountAt, nextNonce } from './accounts.client.ts'
import { checkStacksAddress, readStacksAccount, type StacksNetwork } from './address.ts'
import { broadcast, lookUp } from './broadcast.client.ts'
import { read, readSlot, senderOf, stacksCodec } from './codec.ts'
import { feeNow } from './fees.client.ts'
import type { StacksNode } from './node.client.ts'
import { blockAt, latestBlock } from './scan.client.ts'
import { NO_MEMO, NO_SIGNATURE, writeTransfer, type TokenTransfer } from './wire.ts'

/** What the sender of one node is made from. */
export type SenderOptions = Readonly<{
  chain: ChainId
  asset: AssetId
  network: StacksNetwork
  finality: Depths
}>

const AMOUNT_MAX = 2n ** 64n - 1n

/** Nodes let 25 transactions of an account wait, and refuse the next (`TooMuchChaining`). */
const CHAINED_MAX = 24

/** How much dearer than usual a payment may get. */
const FEE_GROWTH = 3n

/** What is to be sent in one transaction, checked. */
type Plan = Readonly<{ from: OwnKey; payment: Payment; everything: boolean; has: bigint }>

/** Sends STX through one node. */
export function createStacksSender(node: StacksNode, options: SenderOptions): ChainSender {
  const { chain, asset } = options
  const build: ChainSender['build'] = async (request) => {
    const plan = await planOf(node, options, request)
    const fee = await limitedFee(node, options, { request, plan })
    const nonce = await numberFor(node, options, { request, plan })
    return unsignedOf(options, plan, { fee, nonce })
  }
  return {
    inFlightMax: CHAINED_MAX,
    estimate: async (request): Promise<FeeEstimate> => {
      const plan = await planOf(node, options, request)
      const fee = await feeFor(node, options, { request, plan })
      return { fee, feeMax: fee }
    },
    usual: async (wanted, speed) => {
      if (wanted !== asset) {
        const problem = `only ${asset} can be sent`
        throw new AppError('chain.payment_not_possible', { chain, problem })
      }
      const fee = units(await feeNow(node, speed))
      return { fee, feeMax: units(fee * FEE_GROWTH), least: units(1n) }
    },
    build,
    bump: (stuck, request) => bump(node, options, { stuck: read(chain, stuck), request }),
    broadcast: (signed) => broadcast(node, signed),
    lookUp: (txHash) => lookUp(node, txHash),
    slotState: async (slot) => {
      const found = readSlot(slot)
      if (found === undefined) throw new RangeError(`${slot} is no slot of Stacks`)
      const { height } = await latestBlock(node)
      const final = await blockAt(node, Math.max(1, height - options.finality.final + 1))
      if (final === undefined) {
        throw new AppError('chain.node_unsettled', { chain, node: node.name })
      }
      const { nonce } = await accountAt(node, found.address, final)
      return nonce > found.nonce ? 'spent' : 'free'
    },
  }
}

/** What a request asks for, as far as one transaction of Stacks can do it. */
async function planOf(
  node: StacksNode,
  { chain, asset, network }: SenderOptions,
  request: SendRequest,
): Promise<Plan> {
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
  const check = checkStacksAddress(payment.to, network)
  if (check.kind === 'invalid') throw impossible(`${payment.to}: ${check.reason}`)
  if (check.address === key.address) throw impossible('sender and recipient are the same')
  const { balance } = await accountAt(node, key.address)
  const has = leftOf(balance, request.inFlight, { address: key.address, asset })
  return { from: key, payment: { ...payment, to: check.address }, everything, has }
}

/** @throws chain.replacement_refused */
async function numberFor(
  node: StacksNode,
  { chain }: SenderOptions,
  { request, plan }: Readonly<{ request: SendRequest; plan: Plan }>,
): Promise<bigint> {
  const { address } = plan.from
  const facts = { chain, address, next: await nextNonce(node, address) }
  if (request.reuse === undefined) return nonceFor(request, facts)
  const { nonce: mined } = await accountAt(node, address)
  return nonceFor(request, { ...facts, mined })
}

type Priced = Readonly<{ request: SendRequest; plan: Plan; least?: bigint }>

/** The fee now, when there is enough for it and the payment. @throws chain.insufficient_funds */
async function feeFor(
  node: StacksNode,
  { chain, asset }: SenderOptions,
  { request, plan, least = 0n }: Priced,
): Promise<Units> {
  const now = await feeNow(node, request.speed)
  const fee = units(now > least ? now : least)
  const wanted = plan.payment.units + fee
  if (wanted <= plan.has) return fee
  const problem = `${plan.from.address} has ${plan.has}; ${wanted} are wanted with the fee`
  throw new AppError('chain.insufficient_funds', { chain, asset, problem })
}

/** The same within the request's limit. @throws chain.fee_above_limit */
async function limitedFee(
  node: StacksNode,
  options: SenderOptions,
  priced: Priced,
): Promise<Units> {
  const fee = await feeFor(node, options, priced)
  const { feeMax } = priced.request
  if (fee <= feeMax) return fee
  const facts = { chain: options.chain, fee: `${fee}`, feeMax: `${feeMax}` }
  throw new AppError('chain.fee_above_limit', facts)
}

function unsignedOf(
  { chain, network }: SenderOptions,
  { from, payment, everything, has }: Plan,
  { fee, nonce }: Readonly<{ fee: Units; nonce: bigint }>,
): UnsignedTx {
  const sender = readStacksAccount(from.address)
  const to = readStacksAccount(payment.to)
  if (sender === undefined || to === undefined)
    throw new RangeError(`${from.address} is no address`)
  const bytes = writeTransfer({
    network,
    signer: sender.hash,
    nonce,
    fee,
    signature: NO_SIGNATURE,
    to,
    amount: everything ? has - fee : payment.units,
    memo: NO_MEMO,
  })
  const effects = stacksCodec.explain(chain, bytes)
  return { chain, bytes, signers: [from], change: undefined, effects }
}

/** A node takes the place of a waiting transaction by one of the same nonce that pays more. */
async function bump(
  node: StacksNode,
  options: SenderOptions,
  { stuck, request }: Readonly<{ stuck: TokenTransfer; request: SendRequest }>,
): Promise<UnsignedTx> {
  const notReplaceable = (problem: string): AppError =>
    new AppError('chain.replacement_refused', { chain: options.chain, problem })
  const plan = await planOf(node, options, request)
  if (senderOf(stuck) !== plan.from.address) throw notReplaceable('it is of another sender')
  const { nonce } = await accountAt(node, plan.from.address)
  if (nonce > stuck.nonce) throw notReplaceable('its nonce is used by a mined transaction')
  const least = mulDiv(stuck.fee, { numerator: 11n, denominator: 10n }, 'up') + 1n
  const fee = await limitedFee(node, options, { request, plan, least })
  return unsignedOf(options, plan, { fee, nonce: stuck.nonce })
}
