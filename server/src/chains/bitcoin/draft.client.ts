import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { SendRequest, UnsignedTx } from '../contract-sending.ts'
import {
  chooseAll,
  chooseCoins,
  INPUTS_MAX,
  splitBySlots,
  type Choice,
  type OwnCoin,
} from './choose-coins.ts'
import { bitcoinCodec, TX_VERSION } from './codec.ts'
import { ratesFor, type FeeRateLimits } from './fee-rate.client.ts'
import type { BitcoinNode } from './node.client.ts'
import { writePsbt, type SpentInput } from './psbt.ts'
import { readRequest, type Wish } from './request.ts'
import { feeAt, inputVsize } from './size.ts'
import { chooseUnspent, inputsOf, type CoinSource } from './spendable.client.ts'

/** What drafting transactions with one node takes. */
export type DraftParts = Readonly<{
  node: BitcoinNode
  coinsOf: CoinSource
  feeRate: FeeRateLimits
}>

/** Inputs, outputs and fee of a transaction that can be written. */
export type Plan = Extract<Choice, { kind: 'chosen' }>

/**
 * Most bytes of an unsigned transaction: each P2WPKH input brings along the transaction that made
 * it, and the way to the signer is not endless.
 */
export const DRAFT_BYTES_MAX = 1_000_000

const TRIES_MAX = 5

/**
 * A transaction for a request. Of everything that keys hold it takes as many coins as its bytes can
 * prove, the largest first.
 *
 * @throws chain.insufficient_funds, chain.fee_above_limit, chain.payment_not_possible
 */
export async function draftFor(parts: DraftParts, request: SendRequest): Promise<UnsignedTx> {
  let inputsMax = INPUTS_MAX
  for (let attempt = 1; ; attempt += 1) {
    const plan = await planOf(parts, request, inputsMax)
    const unsigned = await writeUp(parts, { request, plan, known: [] })
    const { length } = unsigned.bytes
    if (length <= DRAFT_BYTES_MAX) return unsigned
    if (request.everything !== true || attempt === TRIES_MAX) {
      const problem = `what proves its inputs takes ${length} bytes, more than ${DRAFT_BYTES_MAX}`
      throw new AppError('chain.payment_not_possible', { chain: parts.node.chain, problem })
    }
    const share = (plan.inputs.length * DRAFT_BYTES_MAX * 0.9) / length
    inputsMax = Math.max(1, Math.floor(share))
  }
}

/** What a request would be carried out with, at the node's present prices, whatever its limit. */
export async function planOf(
  parts: DraftParts,
  request: SendRequest,
  inputsMax: number = INPUTS_MAX,
): Promise<Plan> {
  const { node } = parts
  const wish = readRequest(node, request)
  const { wanted: rate } = await ratesFor(node, request.speed, parts.feeRate)
  const { inFlight, reuse = [] } = request
  const all = await parts.coinsOf(wish.keys)
  const { named: must } = splitBySlots(all, reuse)
  if (must.length < reuse.length) throw notThere(node.chain)
  const { others: coins } = splitBySlots(all, [...(inFlight?.slots ?? []), ...reuse])
  const feeFor = (vsize: number): bigint => feeAt(rate, vsize)
  const choose = chooserOf(wish, request, { rate, must, feeFor, inputsMax })
  const choice = await chooseUnspent(node, coins, choose)
  if (choice.kind === 'chosen') return choice
  const problem = `${choice.missing} satoshi are missing in confirmed outputs that nothing spends`
  const { chain } = node
  throw new AppError('chain.insufficient_funds', { chain, asset: 'BTC', problem })
}

const notThere = (chain: ChainId): AppError => {
  const problem = 'an output that it has to spend again is not there to be spent'
  return new AppError('chain.replacement_refused', { chain, problem })
}

/** What a choice of coins has to obey besides the request. */
export type ChoiceRules = Readonly<{
  /** Satoshi per 1,000 virtual bytes: what a coin costs that is spent. */
  rate: bigint
  must: readonly OwnCoin[]
  feeFor: (vsize: number) => bigint
  /** Most inputs of a transaction that takes everything. */
  inputsMax: number
}>

/** How coins are chosen for a request. */
export const chooserOf =
  (
    wish: Wish,
    { everything = false }: SendRequest,
    { rate, must, feeFor, inputsMax }: ChoiceRules,
  ) =>
  (coins: readonly OwnCoin[]): Choice => {
    const { outputs, change } = wish
    if (!everything) return chooseCoins({ coins, must, outputs, change: change.script, feeFor })
    const isWorthwhile = ({ units, kind }: OwnCoin): boolean =>
      units > feeAt(rate, inputVsize(kind))
    return chooseAll({ coins, must, feeFor, inputsMax }, outputs[0], isWorthwhile)
  }

/** What is written up: a plan for a request, with inputs that are known already. */
export type Draft = Readonly<{
  request: SendRequest
  plan: Plan
  known: readonly SpentInput[]
}>

/** The bytes of a plan, and what they do. @throws chain.fee_above_limit, chain.node_unsettled */
export async function writeUp(
  { node }: DraftParts,
  { request, plan, known }: Draft,
): Promise<UnsignedTx> {
  const { chain, network } = node
  const { fee, outputs } = plan
  if (fee > request.feeMax) {
    const facts = { chain, fee: `${fee}`, feeMax: `${request.feeMax}` }
    throw new AppError('chain.fee_above_limit', facts)
  }
  const inputs = await inputsOf(node, plan.inputs, known)
  const bytes = writePsbt({ version: TX_VERSION, lockTime: 0, inputs, outputs })
  const effects = bitcoinCodec(network).explain(chain, bytes)
  const change = request.change ?? request.from[0]
  const hasChange = request.everything !== true && outputs.length > request.payments.length
  return {
    chain,
    bytes,
    signers: request.from.filter(({ address }) => effects.spenders.includes(address)),
    change: hasChange ? change : undefined,
    effects,
    network,
  }
}
