import { appendEvent } from '../events/append-event.ts'
import type { Chains } from '../custody/chains.ts'
import { account } from '../ledger/chart.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { lockDepositAccounts } from '../ledger/lock-deposit-accounts.action.ts'
import { depositsMoved } from '../ledger/operations.ts'
import { requirePosted } from '../ledger/result.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { putDeposits } from './deposit.store.ts'
import { changeEvents } from './payment-events.ts'
import type { Holder, KnownDeposit, Payment } from './payment-record.ts'
import { judge, type Part } from './payment.ts'
import { updatePayment } from './payment.store.ts'
import { readFrame } from './read-frame.action.ts'
import { beginRefunds } from './refunds.action.ts'
import type { Refund } from './refund.ts'
import { eventSnapshot } from './snapshot.ts'
import { syncCases, type Decision } from './sync-cases.action.ts'
import type { Move, Transition } from './transition.ts'
import { walletOwner } from '../wallets/wallet-owner.ts'

/** What changing a payment needs. */
export type SettleCtx = Pick<ShellCtx, 'clock' | 'ids' | 'config'> &
  Readonly<{ ledger: Pick<Ledger, 'postInDbTx'>; chains: Chains }>

/** What is to be written: the holder as it was read under its lock, and what becomes of it. */
export type Settlement = Readonly<{
  book: Book
  holder: Holder
  transition: Transition
  /** The verb that led to it, where one did. */
  decision?: Decision
  /** What the chain now shows of the deposit that led to it. */
  arrived?: Pick<KnownDeposit, 'paymentId' | 'details'> & Readonly<{ depositId: string }>
  /** What the payer claims to have sent, where that is what happened. */
  claimedAssets?: readonly string[]
}>

/**
 * Writes what becomes of a payment: its deposits and standing, the cases that open and end,
 * refunds,
 * an event for each change, and the ledger's entry for coins that move. @returns the holder after
 * it
 *
 * @throws ledger.insufficient_balance when coins that the inbox should hold are not there
 */
export async function settle(ctx: SettleCtx, dbTx: DbTx, settlement: Settlement): Promise<Holder> {
  const { book, holder, transition, decision } = settlement
  const { facts, moves } = transition
  const deposits = depositsAfter(settlement)
  await putDeposits(dbTx, book.bookId, changedDeposits(holder, deposits))
  const refunds = refundsOf(ctx, settlement)
  await beginRefunds(ctx, dbTx, { book, refunds })
  const payment = await settlePayment(ctx, dbTx, { ...settlement, deposits })
  const after: Holder = { ...holder, payment, facts, deposits }
  await syncCases(ctx, dbTx, { book, before: holder, after, decision, refunds })
  if (moves.length > 0) {
    const assets = [...new Set(facts.parts.map((part) => part.asset))]
    // What is sent back at once is held in the same dbTx: that account has its place in the order.
    const isSent = decision?.refundAddress !== undefined
    const more = isSent ? assets.map((asset) => account('payouts.in_flight', asset)) : []
    await lockDepositAccounts(dbTx, book.bookId, { assets, more })
  }
  await bookMoves(ctx, dbTx, { book, holder, moves, decision })
  return after
}

async function settlePayment(
  ctx: SettleCtx,
  dbTx: DbTx,
  change: Settlement & Pick<Holder, 'deposits'>,
): Promise<Payment | undefined> {
  const { book, holder, transition, deposits } = change
  const { payment: before, terms } = holder
  if (before === undefined) return undefined
  const { facts } = transition
  const standing = judge(terms, facts, bookNow(ctx.clock, book))
  const { status, exception, dueAt } = standing
  const claimedAssets = change.claimedAssets ?? before.claimedAssets
  const after: Payment = { ...before, facts, deposits, status, exception, dueAt, claimedAssets }
  if (!isSameRow(before, after)) await updatePayment(dbTx, book.bookId, after)
  const types = changeEvents(before, after)
  if (types.length === 0) return after
  const objectId = after.paymentId
  const object = eventSnapshot(after, await readFrame({ ...ctx, db: dbTx }, book, [after]))
  for (const type of types) {
    await appendEvent(ctx, dbTx, { book, type, objectId, object, callbackUrl: after.callbackUrl })
  }
  return after
}

const isSameRow = (before: Payment, after: Payment): boolean =>
  before.status === after.status &&
  before.exception === after.exception &&
  before.dueAt === after.dueAt &&
  before.claimedAssets === after.claimedAssets &&
  before.facts.ruling === after.facts.ruling &&
  before.facts.claimedAt === after.facts.claimedAt

function depositsAfter(settlement: Settlement): Holder['deposits'] {
  const { holder, transition, arrived } = settlement
  return new Map(
    transition.facts.parts.map((part) => {
      const before = holder.deposits.get(part.depositId)
      const shown = arrived?.depositId === part.depositId ? arrived : before
      if (shown === undefined) throw new Error(`nothing is known of deposit ${part.depositId}`)
      const { paymentId, details } = shown
      const heldOwner = heldOwnerOf(settlement, part, before)
      const isSame = before?.part === part && before.details === details
      return [part.depositId, isSame ? before : { paymentId, details, part, heldOwner }]
    }),
  )
}

function heldOwnerOf(
  { decision }: Settlement,
  part: Part,
  before: KnownDeposit | undefined,
): string | undefined {
  if (part.place?.heldIn !== 'customer.wallet') return undefined
  const customerId = decision?.resolution.customerId
  return before?.heldOwner ?? (customerId === undefined ? undefined : walletOwner(customerId))
}

const changedDeposits = (holder: Holder, after: Holder['deposits']): readonly KnownDeposit[] =>
  [...after.values()].filter((one) => holder.deposits.get(one.part.depositId) !== one)

function refundsOf(ctx: SettleCtx, settlement: Settlement): readonly Refund[] {
  const { decision, transition, holder, book } = settlement
  if (decision === undefined) return []
  return transition.moves
    .filter((move) => move.to === 'refunds.payable')
    .map((move) => ({
      refundId: ctx.ids.next('ref'),
      exceptionId: decision.case.exceptionId,
      paymentId: holder.payment?.paymentId,
      depositId: move.depositId,
      asset: move.asset,
      units: move.units,
      address: decision.refundAddress,
      state: 'awaiting_payout',
      payoutId: undefined,
      problem: undefined,
      txHash: undefined,
      createdAt: bookNow(ctx.clock, book),
    }))
}

type Moving = Readonly<{
  book: Book
  holder: Holder
  moves: readonly Move[]
  decision: Decision | undefined
}>

async function bookMoves(ctx: SettleCtx, dbTx: DbTx, moving: Moving): Promise<void> {
  const { book, holder, moves, decision } = moving
  if (moves.length === 0) return
  const wallet = decision?.resolution.customerId
  const entry = depositsMoved(
    reasonOf(ctx, holder.payment, decision),
    moves.map((move) => ({
      asset: move.asset,
      units: move.units,
      from: { purpose: move.from },
      to:
        move.to === 'customer.wallet' && wallet !== undefined
          ? { purpose: move.to, owner: walletOwner(wallet) }
          : { purpose: move.to },
    })),
  )
  requirePosted(entry.externalId, await ctx.ledger.postInDbTx(dbTx, book.bookId, entry))
}

// A case ends once, so its name makes the entry once. Parts of a payment may be released several
// times over forks; the payment's lock and this dbTx make each of them once.
const reasonOf = (ctx: SettleCtx, payment: Payment | undefined, decision: Decision | undefined) =>
  decision === undefined
    ? {
        externalId: `release:${ctx.ids.next('rel')}`,
        object: payment?.paymentId ?? '',
        verb: 'release',
      }
    : {
        externalId: `exception:${decision.case.exceptionId}:${decision.resolution.by}`,
        object: objectOf(decision.case),
        verb: decision.resolution.by,
      }

// What makes good a loss is found with the deposit's other entries (`outstandingLoss`).
const objectOf = ({ kind, depositId, exceptionId }: Decision['case']): string =>
  kind === 'reverted' && depositId !== undefined ? depositId : exceptionId
