import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { SendRequest } from '../contract-sending.ts'
import { leftOf, refuseReuse } from '../in-flight.ts'
import { accountOfAddress } from './address.ts'
import { AccountState, CallAnswer } from './answers.ts'
import type { TronAssets } from './assets.ts'
import { balanceNow } from './balances.client.ts'
import { headerNow } from './blocks.client.ts'
import { VALID_MS } from './facts.ts'
import { feeLimitOf, feeOf, mustBeKnown, type Prices, type Resources } from './fees.ts'
import type { TronNode } from './node.client.ts'
import { readPrices, readResources } from './prices.client.ts'
import { writeRaw, type RawTransaction, type TronContract } from './raw-transaction.ts'
import { insufficient, notPossible, onePayment, type OnePayment } from './request.ts'
import { bandwidthOf } from './signed-transaction.ts'
import { hexOfAccount, transferCall } from './trc20.ts'

/** One node, and what sending through it needs. */
export type Sending = Readonly<{
  node: TronNode
  assets: TronAssets
  now: () => number
  /** Milliseconds below a minute that make transactions alike different ones. */
  salt: () => number
}>

/** A transaction that can be paid for, and what it will cost, in sun. */
export type Draft = Readonly<{ raw: RawTransaction; fee: bigint }>

type Costs = Readonly<{ prices: Prices; resources: Resources; balance: bigint }>

/**
 * A transaction for a request, at the node's present prices.
 *
 * @param fee `later`: the sender of a token need not have the coins for the fee yet
 * @throws chain.insufficient_funds, chain.payment_not_possible
 */
export async function draftOf(
  sending: Sending,
  request: SendRequest,
  fee: 'there' | 'later' = 'there',
): Promise<Draft> {
  const { node, assets } = sending
  const payment = onePayment(node.chain, assets, request)
  refuseReuse(request, node.chain)
  const { inFlight } = request
  const prices = await readPrices(node)
  mustBeKnown(node.chain, prices)
  const owner = hexOf(payment.from.address)
  const resources = await readResources(node, owner)
  const coins = { address: payment.from.address, asset: assets.native }
  const balance = leftOf(await balanceNow(sending, 'wallet', coins), inFlight, coins)
  const costs = { prices, resources, balance }
  const frame = await frameOf(sending)
  return payment.asset === assets.native
    ? draftCoins(sending, payment, { frame, costs })
    : draftToken(sending, payment, { frame, costs, request, paid: fee })
}

const hexOf = (address: string): string => hexOfAccount(accountOfAddress(address))

type Frame = Omit<RawTransaction, 'contract' | 'feeLimitSun'>

/**
 * Stands on a solidified block, which no fork takes away, and expires a while after the newest.
 * Two payments alike that are built in the same moment would be the same transaction, and only one
 * of them paid: the expiration is not the same.
 */
async function frameOf({ node, now, salt }: Sending): Promise<Frame> {
  const { hash } = await headerNow(node, 'walletsolidity')
  const { timeMs } = await headerNow(node, 'wallet')
  return {
    block: { height: hexToBytes(hash.slice(12, 16)), id: hexToBytes(hash.slice(16, 32)) },
    expirationMs: timeMs + VALID_MS + salt(),
    timestampMs: now(),
  }
}

async function draftCoins(
  { node, assets }: Sending,
  { from, to, units, everything }: OnePayment,
  { frame, costs }: Readonly<{ frame: Frame; costs: Costs }>,
): Promise<Draft> {
  const payee = await node.ask('wallet/getaccount', { address: hexOf(to) }, AccountState)
  if (payee.type === 'Contract') throw notPossible(node.chain, 'its recipient is a contract')
  const newAccount = payee.address === undefined
  const { prices, resources, balance } = costs
  const draft = (sun: bigint): Draft => {
    const [owner, payeeBytes] = [hexToBytes(hexOf(from.address)), hexToBytes(hexOf(to))]
    const contract: TronContract = { kind: 'transfer', owner, to: payeeBytes, sun }
    const raw = { ...frame, feeLimitSun: 0n, contract }
    const bandwidth = bandwidthOf(writeRaw(raw).length)
    return { raw, fee: feeOf({ bandwidth, energy: 0n, newAccount }, prices, resources) }
  }
  const most = balance - draft(balance).fee
  const sun = everything ? most : units
  if (sun <= 0n || sun < units || sun + draft(sun).fee > balance) {
    const problem = `there are ${balance} of ${units} sun, and the fee besides`
    throw insufficient(node.chain, assets.native, problem)
  }
  return draft(sun)
}

async function draftToken(
  sending: Sending,
  { from, to, asset, units, everything }: OnePayment,
  given: Readonly<{ frame: Frame; costs: Costs; request: SendRequest; paid: 'there' | 'later' }>,
): Promise<Draft> {
  const { frame, costs, paid } = given
  const { feeMax, inFlight } = given.request
  const { node, assets } = sending
  const tokens = { address: from.address, asset }
  const has = leftOf(await balanceNow(sending, 'wallet', tokens), inFlight, tokens)
  if (has < units || has === 0n) {
    throw insufficient(node.chain, asset, `there are ${has} of ${units} units`)
  }
  const contract: TronContract = {
    kind: 'trigger',
    owner: hexToBytes(hexOf(from.address)),
    contract: hexToBytes(hexOfAccount(assets.contractOf(asset) ?? '')),
    callSun: 0n,
    data: transferCall({ to: hexToBytes(hexOf(to)), units: everything ? has : units }),
  }
  const { prices, resources, balance } = costs
  const energy = await energyOf(node, contract)
  const most = { ...frame, feeLimitSun: prices.feeLimitMaxSun, contract }
  const needs = { energy, bandwidth: bandwidthOf(writeRaw(most).length), newAccount: false }
  const raw = { ...most, feeLimitSun: feeLimitOf(needs, prices, feeMax) }
  const bandwidth = bandwidthOf(writeRaw(raw).length)
  const fee = feeOf({ ...needs, bandwidth }, prices, resources)
  if (balance >= fee || paid === 'later') return { raw, fee }
  throw insufficient(node.chain, assets.native, `there are ${balance} of ${fee} sun for the fee`)
}

/**
 * What a call uses up, by trying it. Its answer is not looked at: the dollar that most people mean
 * by a token of Tron answers that it failed when it did not.
 *
 * @throws chain.payment_not_possible when the token refuses
 */
async function energyOf(
  node: TronNode,
  { owner, contract, data }: Extract<TronContract, { kind: 'trigger' }>,
): Promise<bigint> {
  const call = {
    owner_address: bytesToHex(owner),
    contract_address: bytesToHex(contract),
    data: bytesToHex(data),
  }
  const { result, energy_used: energy } = await node.ask(
    'wallet/triggerconstantcontract',
    call,
    CallAnswer,
  )
  if (result.result && result.message === undefined) return energy
  const said = Buffer.from(result.message ?? '', 'hex').toString('utf8')
  throw notPossible(node.chain, `the token refuses it (${said})`)
}
