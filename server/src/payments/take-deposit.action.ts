import type { Deposit, DepositHandler } from '../custody/deposit.ts'
import type { Allocation } from '../ledger/operations.ts'
import { units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { lockDeposits } from './deposit.store.ts'
import { holderOf, type Holder, type KnownDeposit } from './payment-record.ts'
import { NOBODY, type Part } from './payment.ts'
import { outstandingLoss } from '../custody/outstanding-loss.action.ts'
import { lockPayment } from './payment.store.ts'
import { settle, type SettleCtx } from './settle.action.ts'
import { applyDeposit } from './transition.ts'

/**
 * The say of payments over deposits: to addresses of payments, and to addresses that nobody of
 * ours waits at. For a deposit that became final it answers where the coins belong; for one that
 * a fork takes back after that, where its coins lie now.
 */
export function depositHandler(ctx: SettleCtx): DepositHandler {
  return async (dbTx, book, { deposit }) => {
    const holder = await lockHolder(dbTx, book.bookId, deposit)
    const before = holder.deposits.get(deposit.depositId)
    const transition = applyDeposit(holder.terms, holder.facts, deposit)
    const arrived = arrivedDeposit(deposit, holder)
    if (transition.facts === holder.facts && isSameBlock(before, arrived)) {
      return allocationsOf(before)
    }
    const after = await settle(ctx, dbTx, { book, holder, transition, arrived })
    if (deposit.level === 'reverted') return allocationsOf(before)
    const allocations = allocationsOf(after.deposits.get(deposit.depositId))
    return before?.part.loss === undefined || deposit.level !== 'final'
      ? allocations
      : makingGood(allocations, await outstandingLoss(dbTx, book.bookId, deposit.depositId))
  }
}

// Coins that come again after a fork had taken them back first make good what had been spent of
// them: to the merchant they were credited once before.
function makingGood(allocations: readonly Allocation[], owed: bigint): readonly Allocation[] {
  const merchants = allocations.find((one) => one.purpose === 'merchant.available')
  if (merchants === undefined || owed <= 0n) return allocations
  const back = owed < merchants.units ? owed : merchants.units
  const rest = units(merchants.units - back)
  return [
    { purpose: 'receivable.reverted', units: units(back) },
    ...(rest > 0n ? [{ ...merchants, units: rest }] : []),
    ...allocations.filter((one) => one !== merchants),
  ]
}

// Whoever changes a payment holds its lock first, so two deposits to it are judged one by one.
async function lockHolder(dbTx: DbTx, bookId: BookId, deposit: Deposit): Promise<Holder> {
  const { owner, depositId } = deposit
  const payment = owner.kind === 'payment' ? await lockPayment(dbTx, bookId, owner.id) : undefined
  if (payment !== undefined) return holderOf(payment)
  return nobodysHolder(await lockDeposits(dbTx, bookId, [depositId]))
}

/** The holder of deposits that nobody waits for. */
export const nobodysHolder = (deposits: readonly KnownDeposit[]): Holder => ({
  payment: undefined,
  terms: NOBODY,
  facts: { parts: deposits.map((one) => one.part), claimedAt: undefined, ruling: undefined },
  deposits: new Map(deposits.map((one) => [one.part.depositId, one])),
})

const arrivedDeposit = (
  deposit: Deposit,
  holder: Holder,
): Pick<KnownDeposit, 'paymentId' | 'details'> & Readonly<{ depositId: string }> => ({
  depositId: deposit.depositId,
  paymentId: holder.payment?.paymentId,
  details: {
    address: deposit.address,
    txHash: deposit.txHash,
    blockHeight: deposit.block?.height,
  },
})

const isSameBlock = (
  before: KnownDeposit | undefined,
  arrived: Pick<KnownDeposit, 'details'>,
): boolean => before?.details.blockHeight === arrived.details.blockHeight

/** Where the coins of a deposit lie; nothing as long as they are not final. */
function allocationsOf(deposit: KnownDeposit | undefined): readonly Allocation[] {
  const place: Part['place'] = deposit?.part.place
  if (place === undefined) return []
  const { available, held, heldIn } = place
  const merchants: readonly Allocation[] =
    available > 0n ? [{ purpose: 'merchant.available', units: available }] : []
  if (heldIn === undefined) return merchants
  const owner = deposit?.heldOwner
  const waiting: Allocation =
    owner === undefined
      ? { purpose: heldIn, units: units(held) }
      : { purpose: heldIn, owner, units: units(held) }
  return [...merchants, waiting]
}
