import { appendEvent } from '../events/append-event.ts'
import type { EventType } from '../events/event-types.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import type { CaseResolution, ExceptionCase } from './exception-case.ts'
import { coinsText, exceptionSnapshot } from './exception-snapshot.ts'
import {
  insertCases,
  readOpenCases,
  readOpenCasesOfDeposit,
  resolveCase,
} from './exception.store.ts'
import type { Holder, KnownDeposit } from './payment-record.ts'
import type { Refund } from './refund.ts'
import { openItems, partsOf, type Item } from './transition.ts'

type Ctx = Pick<ShellCtx, 'clock' | 'ids'>

/** A verb that somebody applied to an open case. */
export type Decision = Readonly<{
  case: ExceptionCase
  resolution: Omit<CaseResolution, 'coins'>
  /** For `refund`: where to send it, as far as it is known. */
  refundAddress: string | undefined
}>

/** A holder before and after what happened to it. */
export type CaseChange = Readonly<{
  book: Book
  before: Holder
  after: Holder
  decision: Decision | undefined
  refunds: readonly Refund[]
}>

/**
 * Brings the inbox in line with the facts: opens a case for everything that waits for a decision,
 * ends the cases for which nothing waits any more, and tells both in events.
 */
export async function syncCases(ctx: Ctx, dbTx: DbTx, change: CaseChange): Promise<void> {
  const { book, before, after } = change
  const now = bookNow(ctx.clock, book)
  const wanted = openItems(after.terms, after.facts, now)
  // Every open case shows in its payment's `exception`: where there is none, none need be read.
  if (wanted.length === 0 && before.payment?.exception === 'none') return
  const open = await casesOf(dbTx, change)
  const ended = open.filter((one) => !wanted.some((item) => isAbout(one, item)))
  const opened = wanted
    .filter((item) => !open.some((one) => isAbout(one, item)))
    .map((item): ExceptionCase => ({
      exceptionId: ctx.ids.next('exc'),
      kind: item.kind,
      paymentId: after.payment?.paymentId,
      depositId: item.depositId,
      openedAt: now,
      resolution: undefined,
    }))
  await insertCases(dbTx, book.bookId, opened)
  for (const one of ended) await endCase(ctx, dbTx, { ...change, case: one })
  for (const one of opened) {
    await tellCase(ctx, dbTx, { ...change, type: 'exception.opened', case: one })
  }
}

const isAbout = (one: ExceptionCase, item: Item): boolean =>
  one.kind === item.kind && one.depositId === item.depositId

function casesOf(dbTx: DbTx, { book, after }: CaseChange): Promise<readonly ExceptionCase[]> {
  if (after.payment !== undefined) {
    return readOpenCases(dbTx, book.bookId, after.payment.paymentId)
  }
  const [deposit = ''] = after.deposits.keys()
  return readOpenCasesOfDeposit(dbTx, book.bookId, deposit)
}

async function endCase(
  ctx: Ctx,
  dbTx: DbTx,
  change: CaseChange & Readonly<{ case: ExceptionCase }>,
): Promise<void> {
  const { book, before, decision } = change
  const isDecided = decision?.case.exceptionId === change.case.exceptionId
  const resolution: CaseResolution = {
    ...(isDecided
      ? decision.resolution
      : { by: 'settled', customerId: undefined, at: bookNow(ctx.clock, book) }),
    coins: coinsText(change.case, depositsOf(change.case, before)),
  }
  const { exceptionId } = change.case
  await resolveCase(dbTx, book.bookId, { exceptionId, resolution })
  const ended = { ...change.case, resolution }
  await tellCase(ctx, dbTx, { ...change, type: 'exception.resolved', case: ended })
}

async function tellCase(
  ctx: Ctx,
  dbTx: DbTx,
  told: CaseChange & Readonly<{ type: EventType; case: ExceptionCase }>,
): Promise<void> {
  const { book, after, refunds } = told
  const { payment } = after
  await appendEvent(ctx, dbTx, {
    book,
    type: told.type,
    objectId: told.case.exceptionId,
    object: exceptionSnapshot(told.case, {
      payment,
      deposits: depositsOf(told.case, after),
      refunds: refunds.filter((refund) => refund.exceptionId === told.case.exceptionId),
    }),
    callbackUrl: payment?.callbackUrl,
  })
}

/** The deposits that an open case is about. */
export function depositsOf(
  one: ExceptionCase,
  { facts, deposits }: Pick<Holder, 'facts' | 'deposits'>,
): readonly KnownDeposit[] {
  const { kind, depositId } = one
  return partsOf(facts, { kind, depositId }).flatMap((part) => deposits.get(part.depositId) ?? [])
}
