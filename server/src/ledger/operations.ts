import assert from 'node:assert/strict'
import { units, type AssetId, type Units } from '../money/units.ts'
import { account, type ChartPurpose } from './chart.ts'
import type { AccountSpec, Entry, Facts, Transfer } from './transfer.ts'

// What happens in the books, by name: pure functions from facts to an entry. Features call these
// and never compose transfers by hand, so this page is all the bookkeeping there is.

/** A deposit as the chain shows it, each time that it is booked. */
export type DepositFacts = Readonly<{
  depositId: string
  /**
   * 1 the first time the deposit is booked, one more each time it is booked again after a fork
   * had taken it back: so a block that comes back is not taken for the entry that was reversed.
   */
  sighting: number
  asset: AssetId
  units: Units
  chain: string
  txHash: string
  index: string
  /** The block that the entry rests on. */
  block: Readonly<{ height: number; hash: string }>
}>

/** Where some of the units belong. */
export type Allocation = Readonly<{ purpose: ChartPurpose; owner?: string; units: Units }>

/** Where some of the units are now, with what that account has to spend altogether, ≥ 0. */
export type ReturnablePart = Allocation & Readonly<{ available: Units }>

const depositExternalId = (deposit: DepositFacts, step: string): string =>
  `deposit:${deposit.depositId}:${deposit.sighting}:${step}`

const depositFacts = (deposit: DepositFacts, level: string): Facts => ({
  object: deposit.depositId,
  level,
  chain: deposit.chain,
  txHash: deposit.txHash,
  index: deposit.index,
  block: { height: deposit.block.height, hash: deposit.block.hash },
})

const move = (debit: AccountSpec, credit: AccountSpec, amount: Units): Transfer[] =>
  amount === 0n ? [] : [{ debit, credit, asset: debit.asset, units: amount }]

const accountOf = (allocation: Allocation, asset: AssetId): AccountSpec =>
  account(allocation.purpose, asset, allocation.owner)

function assertAllotted(whole: Units, allocations: readonly Allocation[]): void {
  const sum = allocations.reduce((total, one) => total + one.units, 0n)
  assert(allocations.every((one) => one.units > 0n) && sum === whole, 'allocations are the whole')
}

/** A deposit is in a block: the coins are ours to hold, and nobody's to spend yet. */
export const depositSeen = (deposit: DepositFacts): Entry => ({
  operation: 'depositSeen',
  externalId: depositExternalId(deposit, 'seen'),
  facts: depositFacts(deposit, 'confirmed'),
  transfers: move(
    account('custody', deposit.asset),
    account('deposits.pending', deposit.asset),
    deposit.units,
  ),
})

/** A deposit is final: it goes where it belongs. @param allocations > 0 each, summing to it */
export function depositFinal(deposit: DepositFacts, allocations: readonly Allocation[]): Entry {
  assertAllotted(deposit.units, allocations)
  const pending = account('deposits.pending', deposit.asset)
  return {
    operation: 'depositFinal',
    externalId: depositExternalId(deposit, 'final'),
    facts: depositFacts(deposit, 'final'),
    transfers: allocations.flatMap((one) =>
      move(pending, accountOf(one, deposit.asset), one.units),
    ),
  }
}

/** A fork took back a deposit that was in a block and not final. */
export const depositReverted = (deposit: DepositFacts): Entry => ({
  operation: 'depositReverted',
  externalId: depositExternalId(deposit, 'reverted'),
  facts: { ...depositFacts(deposit, 'reverted'), reverses: depositExternalId(deposit, 'seen') },
  transfers: move(
    account('deposits.pending', deposit.asset),
    account('custody', deposit.asset),
    deposit.units,
  ),
})

/**
 * A fork took back a deposit that was final. Each account gives back what it still has of its part;
 * what was spent meanwhile is owed to us: `receivable.reverted`.
 *
 * @param parts where the deposit's units are now, with what `lockAvailable` says of each account
 */
export function finalDepositReverted(
  deposit: DepositFacts,
  parts: readonly ReturnablePart[],
): Entry {
  assertAllotted(deposit.units, parts)
  const custody = account('custody', deposit.asset)
  const taken = new Map<string, bigint>()
  let missing = deposit.units
  const transfers = parts.flatMap((part) => {
    const from = accountOf(part, deposit.asset)
    const before = taken.get(from.accountId) ?? 0n
    const left = from.flags.normal === 'debit' ? part.units : units(part.available - before)
    const given = left < part.units ? left : part.units
    taken.set(from.accountId, before + given)
    missing = units(missing - given)
    return move(from, custody, given)
  })
  return {
    operation: 'finalDepositReverted',
    externalId: depositExternalId(deposit, 'reverted'),
    facts: { ...depositFacts(deposit, 'reverted'), reverses: depositExternalId(deposit, 'final') },
    transfers: [
      ...transfers,
      ...move(account('receivable.reverted', deposit.asset), custody, missing),
    ],
  }
}

/** Why coins of deposits go on from one account to another. */
export type MoveFacts = Readonly<{
  externalId: string
  /** The exception or the payment that it is about. */
  object: string
  /** The exception's verb, or `release` when a top-up made a payment complete. */
  verb: string
}>

/** Coins of a deposit, from where they are to where they belong. */
export type CoinsMove = Readonly<{
  asset: AssetId
  units: Units
  from: Omit<Allocation, 'units'>
  to: Omit<Allocation, 'units'>
}>

/** Coins of one or more deposits go on together, in whatever assets. @param moves > 0 units each */
export const depositsMoved = (reason: MoveFacts, moves: readonly CoinsMove[]): Entry => ({
  operation: 'depositsMoved',
  externalId: reason.externalId,
  facts: { object: reason.object, verb: reason.verb },
  transfers: moves.flatMap((one) =>
    move(
      accountOf({ ...one.from, units: one.units }, one.asset),
      accountOf({ ...one.to, units: one.units }, one.asset),
      one.units,
    ),
  ),
})

/** What a chain took for a transaction of ours. */
export type NetworkFeeFacts = Readonly<{
  outgoingId: string
  chain: string
  txHash: string
  block: Readonly<{ height: number; hash: string }>
  /** The chain's coin. */
  asset: AssetId
}>

/** A fee that is paid for good, borne by those who caused it. @param shares > 0 units each */
export const networkFeePaid = (
  fee: NetworkFeeFacts,
  shares: readonly Readonly<{ owner: string; units: Units }>[],
): Entry => ({
  operation: 'networkFeePaid',
  externalId: `outgoing:${fee.outgoingId}:fee`,
  facts: {
    object: fee.outgoingId,
    chain: fee.chain,
    txHash: fee.txHash,
    block: { height: fee.block.height, hash: fee.block.hash },
  },
  transfers: shares.flatMap((one) =>
    move(account('fees.network', fee.asset, one.owner), account('custody', fee.asset), one.units),
  ),
})
