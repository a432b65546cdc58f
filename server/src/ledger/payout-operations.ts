import assert from 'node:assert/strict'
import { units, type AssetId, type Units } from '../money/units.ts'
import { account, type ChartPurpose } from './chart.ts'
import type { AccountSpec, Entry, Facts, PendingRef, Transfer } from './transfer.ts'

// What happens in the books when money goes out, by name; see operations.ts for the rest.

/** Whose money goes out. */
export type PayoutSource = Readonly<{
  purpose: Extract<ChartPurpose, 'merchant.available' | 'customer.wallet' | 'refunds.payable'>
  /** The wallet, for `customer.wallet`. */
  owner?: string
}>

/** Money that is held for a payout. */
export type PayoutHold = Readonly<{
  payoutId: string
  source: PayoutSource
  asset: AssetId
  /** All of it, fee included. */
  units: Units
}>

/** A payout that is over, as far as its money is concerned. */
export type EndedPayout = Readonly<{
  payoutId: string
  asset: AssetId
  hold: PendingRef
}>

/** What the chain took for a payout, where that is known. */
export type PaidFee = Readonly<{
  /** The chain's coin. */
  asset: AssetId
  units: Units
}>

/** Where a transaction is in the chain. */
export type MinedFacts = Readonly<{
  chain: string
  txHash: string
  block: Readonly<{ height: number; hash: string }>
}>

const sourceOf = ({ source, asset }: PayoutHold): AccountSpec =>
  account(source.purpose, asset, source.owner)

const inFlight = (asset: AssetId): AccountSpec => account('payouts.in_flight', asset)

const holdName = (id: string): string => `payout:${id}:reserved`

/**
 * Names of the holds of payouts that are reserved together.
 * @param id the payout's, or the batch's (slice's) for several
 */
export const holdRef = (id: string, place = 0): PendingRef => ({
  externalId: holdName(id),
  transfer: place,
})

/**
 * Money is held for payouts: its owner cannot spend it, and it has not left. All or nothing.
 *
 * @param id the payout's own id for one, the batch's (slice's) for several
 * @param holds at least one; the hold at place n is `holdRef(id, n)`
 */
export function payoutReserved(id: string, holds: readonly PayoutHold[]): Entry {
  assert(holds.length > 0, 'something is reserved')
  return {
    operation: 'payoutReserved',
    externalId: holdName(id),
    facts: { object: id, payouts: holds.map((one) => one.payoutId) },
    transfers: holds.map((one) => ({
      kind: 'pending',
      debit: sourceOf(one),
      credit: inFlight(one.asset),
      asset: one.asset,
      units: one.units,
    })),
  }
}

/**
 * A payout arrived for good: what was held leaves, what it was charged is earned, and what the
 * chain took is paid.
 *
 * @param paid net: what left for the destination; charged: what is kept, ≥ 0; together the hold
 */
export function payoutSettled(
  payout: EndedPayout,
  paid: Readonly<{ net: Units; charged: Units; fee: PaidFee }>,
  mined: MinedFacts,
): Entry {
  const flight = inFlight(payout.asset)
  return {
    operation: 'payoutSettled',
    externalId: `payout:${payout.payoutId}:settled`,
    facts: minedFacts(payout, mined),
    transfers: [
      { kind: 'post', pending: payout.hold },
      ...move(flight, account('custody', payout.asset), paid.net),
      ...move(flight, account('fees.earned', payout.asset), paid.charged),
      ...feeMoves(payout, paid.fee),
    ],
  }
}

/**
 * A payout did not go out, and never will: what was held is its owner's again.
 *
 * @param spent what the chain took all the same, where a transaction was mined and failed
 */
export const payoutReleased = (
  payout: EndedPayout,
  spent?: Readonly<{ fee: PaidFee; mined: MinedFacts }>,
): Entry => ({
  operation: 'payoutReleased',
  externalId: `payout:${payout.payoutId}:released`,
  facts: spent === undefined ? { object: payout.payoutId } : minedFacts(payout, spent.mined),
  transfers: [
    { kind: 'void', pending: payout.hold },
    ...(spent === undefined ? [] : feeMoves(payout, spent.fee)),
  ],
})

const feeMoves = ({ payoutId }: EndedPayout, fee: PaidFee): Transfer[] =>
  move(account('fees.network', fee.asset, payoutId), account('custody', fee.asset), fee.units)

const minedFacts = ({ payoutId }: EndedPayout, mined: MinedFacts): Facts => ({
  object: payoutId,
  chain: mined.chain,
  txHash: mined.txHash,
  block: { height: mined.block.height, hash: mined.block.hash },
})

const move = (debit: AccountSpec, credit: AccountSpec, amount: Units): Transfer[] =>
  amount === 0n ? [] : [{ debit, credit, asset: debit.asset, units: units(amount) }]
