import { hexToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import type { InFlight, OwnKey, Payment, SendRequest } from '../contract-sending.ts'
import { leftOf, nonceFor } from '../in-flight.ts'
import { checkEvmAddress, checksummed } from './address.ts'
import { Quantity } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { transferCall } from './contract-calls.ts'
import { feeMaxOf } from './effects.ts'
import { balanceOfCall } from './erc20.ts'
import type { EvmNode } from './node.client.ts'
import { quoteAt } from './prices.client.ts'
import { verdictOf } from './refusals.ts'
import { rollupFee } from './rollup-fee.client.ts'
import type { EvmTx } from './transaction.ts'

/** One node, the id that is signed for it, and the assets that count there. */
export type Sending = Readonly<{ node: EvmNode; chainId: bigint; assets: AssetTable }>

/** A transaction that can be paid for, and what it costs, a rollup's own fee included. */
export type Draft = Readonly<{ tx: EvmTx; fee: bigint; feeMax: bigint }>

/** What a transaction calls, before its price is known. */
export type Call = Readonly<{
  from: OwnKey
  to: string
  value: bigint
  data: string
  authorizations: EvmTx['authorizations']
  /** Code that its authorizations will have put in place. */
  overrides?: Readonly<Record<string, Readonly<{ code: string }>>>
}>

/** Addresses below it are the chain's own machinery. */
const FIRST_ADDRESS = 0x10000n
const PLAIN_PAYMENT_GAS = 21_000n

/**
 * A transaction for the one payment of one key.
 * @throws chain.insufficient_funds, chain.payment_not_possible
 */
export async function draftPayment(sending: Sending, request: SendRequest): Promise<Draft> {
  const { node, assets } = sending
  const [from] = request.from
  const payment = onlyPayment(sending, request)
  const everything = request.everything === true
  if (!everything && payment.units === 0n) throw notPossible(node, 'it pays nothing')
  if (payment.to.toLowerCase() === from.address.toLowerCase()) {
    throw notPossible(node, 'its sender is its recipient')
  }
  const has = await spendable(sending, from.address, { ...request, asset: payment.asset })
  if (has < payment.units || has === 0n) throw insufficient(node, payment, has)
  const native = payment.asset === assets.native
  const least = {
    ...payment,
    units: native || !everything ? larger(payment.units, units(1n)) : has,
  }
  const call = callOf(sending, from, least)
  const draft = await priced(sending, call, { ...request, exact: everything && native })
  if (!everything || !native) {
    const coins = await spendable(sending, from.address, { ...request, asset: assets.native })
    return withinMeans(draft, coins) ?? affordable(sending, draft, coins)
  }
  const value = has - draft.feeMax
  if (value < least.units) throw insufficient(node, payment, has)
  return { ...draft, tx: { ...draft.tx, value } }
}

/** The payment of a request, its recipient in lower case. @throws chain.payment_not_possible */
export function onlyPayment({ node, assets }: Sending, { payments }: SendRequest): Payment {
  const [payment, ...more] = payments
  if (more.length > 0) throw notPossible(node, 'one transaction makes one payment here')
  const check = checkEvmAddress(payment.to)
  if (check.kind === 'invalid')
    throw notPossible(node, `its recipient is no address: ${check.reason}`)
  const to = check.address.toLowerCase()
  const contract = assets.contractOf(payment.asset)
  if (contract === undefined && payment.asset !== assets.native) {
    throw notPossible(node, `${payment.asset} is not sent here`)
  }
  if (BigInt(to) < FIRST_ADDRESS) throw notPossible(node, 'its recipient is nobody')
  if (assets.tokens.has(to)) throw notPossible(node, 'its recipient is the contract of a token')
  return { ...payment, to }
}

/** Of which asset an address is to spend, and what is on its way from it. */
export type Spending = Readonly<{ asset: AssetId; inFlight?: InFlight }>

/** What an address can spend now: neither what is on its way to it, nor what it has promised. */
export async function spendable(
  { node, assets }: Sending,
  address: string,
  { asset, inFlight }: Spending,
): Promise<Units> {
  const contract = assets.contractOf(asset)
  const at = (place: string): Promise<bigint> =>
    contract === undefined
      ? node.ask('eth_getBalance', [address, place], Quantity)
      : node.ask('eth_call', [{ to: contract, data: balanceOfCall(address) }, place], Quantity)
  const [latest, pending] = await Promise.all([at('latest'), at('pending')])
  // The node may not know all that is on its way, and takes off what it knows by itself.
  const left = leftOf(latest, inFlight, { address: checksummed(address), asset })
  return units(left < pending ? left : pending)
}

function callOf({ assets }: Sending, from: OwnKey, { to, asset, units }: Payment): Call {
  const contract = assets.contractOf(asset)
  const base = { from, authorizations: [] }
  if (contract === undefined) return { ...base, to, value: units, data: '0x' }
  return { ...base, to: contract, value: 0n, data: transferCall(to, units) }
}

/** How a call is to be priced; `exact`: nothing of the fee's limit is left over. */
export type Pricing = Pick<SendRequest, 'speed' | 'inFlight' | 'reuse'> &
  Readonly<{ exact: boolean }>

/** A call with its number, gas and price. @throws chain.payment_not_possible */
export async function priced(sending: Sending, call: Call, pricing: Pricing): Promise<Draft> {
  const { node, chainId } = sending
  const { from, to, value, data, authorizations } = call
  const used = await gasOf(sending, call)
  const nonce = await numberFor(node, from.address, pricing)
  const { price, expected } = await quoteAt(node, pricing)
  const tx: EvmTx = {
    from: from.address.toLowerCase(),
    chainId,
    nonce,
    price,
    // What a contract needs changes with its state; a plain payment needs the same always.
    gas: used === PLAIN_PAYMENT_GAS ? used : (used * 5n) / 4n,
    to,
    value,
    data: hexToBytes(data.slice(2)),
    authorizations,
  }
  const forBytes = await rollupFee(node, tx)
  return { tx, fee: used * expected + forBytes, feeMax: feeMaxOf(tx) + 2n * forBytes }
}

/** @throws chain.replacement_refused */
async function numberFor(node: EvmNode, address: string, pricing: Pricing): Promise<bigint> {
  const countAt = (place: string): Promise<bigint> =>
    node.ask('eth_getTransactionCount', [address, place], Quantity)
  const next = await countAt('pending')
  const facts = { chain: node.chain, address: checksummed(address), next }
  if (pricing.reuse === undefined) return nonceFor(pricing, facts)
  return nonceFor(pricing, { ...facts, mined: await countAt('latest') })
}

/** What each authorization costs, in case its account is new (EIP-7702). */
const GAS_PER_AUTHORIZATION = 25_000n

async function gasOf({ node, assets }: Sending, call: Call): Promise<bigint> {
  const { from, to, value, data, authorizations, overrides } = call
  const parameters = { from: from.address, to, value: `0x${value.toString(16)}`, data }
  const question = overrides === undefined ? [parameters] : [parameters, 'latest', overrides]
  const outcome = await node.attempt('eth_estimateGas', question, Quantity)
  if (outcome.kind === 'result') {
    if (assets.tokens.has(to)) await checkAnswer(node, parameters)
    return outcome.value + GAS_PER_AUTHORIZATION * BigInt(authorizations.length)
  }
  const { code, message } = outcome
  if (verdictOf(message) === 'insufficient_funds') {
    const facts = { chain: node.chain, asset: assets.native, problem: message }
    throw new AppError('chain.insufficient_funds', facts)
  }
  if (/revert|invalid opcode|out of gas|stack|halt/i.test(message)) throw notPossible(node, message)
  const problem = `${code}: ${message}`
  const method = 'eth_estimateGas'
  throw new AppError('chain.node_refused', { chain: node.chain, node: node.name, method, problem })
}

/** A token may say that it did not do it instead of undoing it. */
async function checkAnswer(node: EvmNode, call: object): Promise<void> {
  const answer = await node.ask('eth_call', [call, 'latest'], z.string())
  if (answer !== '0x' && BigInt(answer) === 0n) throw notPossible(node, 'the token refuses it')
}

/**
 * The draft with a lower limit, where its sender cannot pay the usual one and can pay the present
 * price: so nearly everything can be paid. It waits when the price rises meanwhile.
 */
function withinMeans({ tx, fee, feeMax }: Draft, has: bigint): Draft | undefined {
  const { price, gas, value } = tx
  if (price.kind !== 'dynamic' || has >= value + feeMax) return undefined
  const { maxFeePerGas: usual, maxPriorityFeePerGas: tip } = price
  const forBytes = feeMax - feeMaxOf(tx)
  const maxFeePerGas = (has - value - forBytes) / gas
  // The usual limit lets the base fee double.
  if (maxFeePerGas < (usual + tip) / 2n) return undefined
  const lower: EvmTx = { ...tx, price: { ...price, maxFeePerGas } }
  return { tx: lower, fee, feeMax: feeMaxOf(lower) + forBytes }
}

/** The draft, if its sender has so much of the coin. @throws chain.insufficient_funds */
export function affordable({ node, assets }: Sending, draft: Draft, has: bigint): Draft {
  const due = draft.tx.value + draft.feeMax
  if (has >= due) return draft
  const problem = `there are ${has} of ${due} units, the fee at its limit included`
  throw new AppError('chain.insufficient_funds', {
    chain: node.chain,
    asset: assets.native,
    problem,
  })
}

const insufficient = ({ chain }: EvmNode, { asset, units }: Payment, has: bigint): AppError => {
  const problem = `there are ${has} of ${units} units, or less than the fee besides`
  return new AppError('chain.insufficient_funds', { chain, asset, problem })
}

/** The refusal of a payment that the chain cannot carry out. */
export const notPossible = ({ chain }: EvmNode, problem: string): AppError =>
  new AppError('chain.payment_not_possible', { chain, problem })

const larger = (a: Units, b: Units): Units => (a > b ? a : b)
