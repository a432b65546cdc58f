import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { units, type Units } from '../../money/units.ts'
import type { SendRequest } from '../contract-sending.ts'
import { leftOf, spentInFlight } from '../in-flight.ts'
import { Amount } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { wireLength } from './codec.ts'
import { executionFeeOf, feeMaxOf, type Reading } from './effects.ts'
import { unitLimit, unitPrice } from './fees.ts'
import {
  accountsOf,
  holdingsOf,
  mintIn,
  rentOf,
  type Account,
  type Holding,
} from './holdings.client.ts'
import type { SolanaNode } from './node.client.ts'
import {
  checkCoins,
  checkRequest,
  holdingKey,
  impossible,
  payerOf,
  paymentSteps,
  type Facts,
} from './payment-rules.ts'
import { programs, TOKEN_ACCOUNT_BYTES, TRANSACTION_BYTES_MAX } from './programs.ts'
import { associatedAccount } from './token-account.ts'

/** What will be sent, but for its blockhash, and what it costs. */
export type Plan = Reading & Readonly<{ fee: Units; feeMax: Units }>

/** What a plan takes beside the request. */
export type PlanWish = Readonly<{
  request: SendRequest
  /** Asked for on top of the units that are needed: tells apart what is otherwise the same. */
  extraUnits: number
  /** Compute units, and their price in millionths of a lamport, below which it must not be. */
  least: Readonly<{ units: number; price: bigint }>
}>

const Prices = z.array(z.object({ prioritizationFee: Amount }))

/** Any blockhash has as many bytes. */
const SOME_BLOCKHASH = programs.system

/**
 * Plans a transaction for a request, as the chain looks now.
 * @throws chain.insufficient_funds, chain.payment_not_possible
 */
export async function planFor(
  node: SolanaNode,
  assets: AssetTable,
  { request, extraUnits, least }: PlanWish,
): Promise<Plan> {
  checkRequest(node.chain, assets, request)
  const facts = await gatherFacts(node, assets, request)
  const feePayer = payerOf(request)
  const price = max(unitPrice(request.speed, await recentPrices(node, request)), least.price)
  const readingFor = (fee: bigint): Reading => {
    const steps = paymentSteps(facts, request, fee)
    const limit = {
      kind: 'unit_limit',
      units: Math.max(unitLimit(steps), least.units) + extraUnits,
    } as const
    return { feePayer, steps: [limit, { kind: 'unit_price', price }, ...steps] }
  }
  // What it costs to execute does not depend on the amounts that are sent.
  const execution = executionFeeOf(readingFor(0n))
  const reading = readingFor(execution)
  const draft = { ...reading, blockhash: SOME_BLOCKHASH, lastValidBlockHeight: 0n }
  if (wireLength(draft) > TRANSACTION_BYTES_MAX) {
    throw impossible(node.chain, 'it holds more than fits one transaction')
  }
  const fee = execution + openingRent(facts, reading)
  checkCoins(facts, reading.steps, { payer: feePayer, fee })
  return { ...reading, fee: units(fee), feeMax: feeMaxOf(reading) }
}

/** @throws chain.fee_above_limit */
export function checkFee(node: SolanaNode, { feeMax }: Plan, request: SendRequest): void {
  if (feeMax <= request.feeMax) return
  const facts = { chain: node.chain, fee: `${feeMax}`, feeMax: `${request.feeMax}` }
  throw new AppError('chain.fee_above_limit', facts)
}

const max = (one: bigint, other: bigint): bigint => (one > other ? one : other)

/** What the payer puts into token accounts that are not there yet. */
function openingRent({ accounts, tokenAccountRent }: Facts, { steps }: Reading): bigint {
  const missing = steps.filter(
    (step) =>
      step.kind === 'open_account' &&
      !accounts.has(associatedAccount(step.owner, step.mint).address),
  )
  return BigInt(missing.length) * tokenAccountRent
}

async function gatherFacts(
  node: SolanaNode,
  assets: AssetTable,
  request: SendRequest,
): Promise<Facts> {
  const mints = [...new Set(request.payments.flatMap(({ asset }) => assets.mints.get(asset) ?? []))]
  const senders = request.from.map((key) => key.address)
  const opened = request.payments.flatMap(({ to, asset }) => {
    const mint = assets.mints.get(asset)
    return mint === undefined ? [] : [associatedAccount(to, mint).address]
  })
  const paid = request.payments.map((one) => one.to)
  const asked = new Set([...senders, payerOf(request), ...paid, ...opened, ...mints])
  const accounts = withoutSpent(await accountsOf(node, [...asked]), assets, request)
  const holdings = new Map<string, readonly Holding[]>()
  for (const owner of senders) {
    for (const mint of mints) {
      if (!accounts.has(mint)) continue
      const held = await holdingsOf(node, owner, mint)
      const asset = assets.byMint.get(mint)
      const spent = asset && spentInFlight(request.inFlight, { address: owner, asset })
      holdings.set(holdingKey(owner, mint), holdingsWithout(held, spent ?? 0n))
    }
  }
  const found = mints.flatMap((mint) => {
    const account = accounts.get(mint)
    const read = account === undefined ? undefined : mintIn(account)
    return read === undefined ? [] : [[mint, read] as const]
  })
  return {
    chain: node.chain,
    assets,
    accounts,
    holdings,
    mints: new Map(found),
    rentMin: await rentOf(node, 0),
    tokenAccountRent: await rentOf(node, TOKEN_ACCOUNT_BYTES),
  }
}

/** Accounts without the coins that are on their way from them. */
function withoutSpent(
  accounts: ReadonlyMap<string, Account>,
  { coin }: AssetTable,
  { inFlight }: SendRequest,
): ReadonlyMap<string, Account> {
  const left = Array.from(accounts, ([address, account]) => {
    const lamports = leftOf(account.lamports, inFlight, { address, asset: coin })
    return [address, { ...account, lamports }] as const
  })
  return new Map(left)
}

/**
 * What an owner's accounts of a token hold without what is on its way, taken off one after the
 * other: which of them each transaction empties does not matter as long as the sum is right.
 */
function holdingsWithout(held: readonly Holding[], spent: bigint): readonly Holding[] {
  let due = spent
  return held.map((one) => {
    const taken = one.units < due ? one.units : due
    due -= taken
    return { ...one, units: one.units - taken }
  })
}

/** What others paid of late who wrote to the accounts that we shall write to. */
async function recentPrices(node: SolanaNode, request: SendRequest): Promise<readonly bigint[]> {
  const written = [...new Set([payerOf(request), ...request.payments.map((one) => one.to)])]
  const recent = await node.ask('getRecentPrioritizationFees', [written.slice(0, 128)], Prices)
  return recent.map((one) => one.prioritizationFee)
}
