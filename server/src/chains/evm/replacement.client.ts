import { AppError } from '../../errors/app-error.ts'
import type { SendRequest, TxState } from '../contract-sending.ts'
import { Quantity } from './answers.ts'
import { affordable, type Draft, type Sending } from './draft.client.ts'
import { effectsOf, feeMaxOf } from './effects.ts'
import { quoteAt, raisedPrice } from './prices.client.ts'
import { rollupFee } from './rollup-fee.client.ts'
import type { EvmTx } from './transaction.ts'

/** What is to be replaced, what became of it so far, and what it was made for. */
export type Replacing = Readonly<{ stuck: EvmTx; state: TxState; request: SendRequest }>

/**
 * The same transaction at a higher price. One that sends all coins of its key sends less of them.
 * @throws chain.replacement_refused, chain.insufficient_funds
 */
export async function replacementOf(sending: Sending, replacing: Replacing): Promise<Draft> {
  const { node } = sending
  const { stuck, state, request } = replacing
  const refuse = (problem: string): AppError =>
    new AppError('chain.replacement_refused', { chain: node.chain, problem })
  if (state.kind === 'mined') throw refuse('it is in a block')
  if (!isOf(sending, stuck, request)) throw refuse('it was made for something else')
  const used = await node.ask('eth_getTransactionCount', [stuck.from, 'latest'], Quantity)
  if (used > stuck.nonce) throw refuse('another transaction with its number is in a block')
  const { price } = stuck
  const exact = price.kind === 'dynamic' && price.maxFeePerGas === price.maxPriorityFeePerGas
  const quote = await quoteAt(node, { speed: request.speed, exact })
  const dearer: EvmTx = { ...stuck, price: raisedPrice(price, quote) }
  const takesFromValue = request.everything === true && stuck.value > 0n
  const value = takesFromValue ? stuck.value + feeMaxOf(stuck) - feeMaxOf(dearer) : stuck.value
  if (value < 0n || (takesFromValue && value < request.payments[0].units)) {
    throw refuse('its fee would take more than may be missing')
  }
  const tx = { ...dearer, value }
  const forBytes = await rollupFee(node, tx)
  const draft = {
    tx,
    fee: tx.gas * quote.expected + forBytes,
    feeMax: feeMaxOf(tx) + 2n * forBytes,
  }
  if (takesFromValue) return draft
  // Not what can be spent beside the waiting one: this stands in its place.
  const has = await node.ask('eth_getBalance', [tx.from, 'latest'], Quantity)
  return affordable(sending, draft, has)
}

function isOf({ assets }: Sending, stuck: EvmTx, request: SendRequest): boolean {
  const [{ to, asset, units }] = request.payments
  const payer = request.feePayer ?? request.from[0]
  const { moves, besides, prepares } = effectsOf(stuck, assets)
  return (
    prepares?.toLowerCase() === (request.setup === true ? to.toLowerCase() : undefined) &&
    besides.length === 0 &&
    stuck.from === payer.address.toLowerCase() &&
    moves.every((move) => move.to.toLowerCase() === to.toLowerCase() && move.asset === asset) &&
    (request.everything === true || moves.every((move) => move.units === units))
  )
}
