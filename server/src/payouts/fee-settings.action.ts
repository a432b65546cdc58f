import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { appendEvent } from '../events/append-event.ts'
import { dollarText } from '../rates/dollars.ts'
import { PARTS_PER_MILLION_MAX, SETTING_CENTS_MAX, type PayoutFeeSettings } from './fee-quote.ts'
import { endCurrentQuotes } from './fee-quote.store.ts'
import { putFeeSettings, readFeeSettings } from './fee-setting.store.ts'

/** What a book takes for payouts beside what the chain takes. */
export const payoutFeesOf = (db: Queryable, book: Book): Promise<PayoutFeeSettings> =>
  readFeeSettings(db, book.bookId)

/** Sets it for every quote from now on; quotes that were given hold until they expire. */
export async function setPayoutFees(
  dbTx: DbTx,
  book: Book,
  settings: PayoutFeeSettings,
): Promise<void> {
  const { fixedCents, partsPerMillion, minimumCents } = settings
  for (const amount of [fixedCents, minimumCents]) {
    assert.ok(amount >= 0n && amount <= SETTING_CENTS_MAX, 'cents beyond their bounds')
  }
  assert.ok(partsPerMillion >= 0 && partsPerMillion <= PARTS_PER_MILLION_MAX)
  await putFeeSettings(dbTx, book.bookId, settings)
  await endCurrentQuotes(dbTx, book.bookId)
}

/** Such settings as they are told. */
export const payoutFeesSnapshot = (settings: PayoutFeeSettings) => ({
  fixed_usd: dollarText(settings.fixedCents),
  parts_per_million: settings.partsPerMillion,
  minimum_usd: dollarText(settings.minimumCents),
})

/** Sets it, and tells of it where it was another. @returns it as it is told */
export async function changeFees(
  ctx: Pick<ShellCtx, 'ids' | 'clock'>,
  dbTx: DbTx,
  { book, settings }: Readonly<{ book: Book; settings: PayoutFeeSettings }>,
) {
  const before = await readFeeSettings(dbTx, book.bookId)
  await setPayoutFees(dbTx, book, settings)
  const object = payoutFeesSnapshot(settings)
  if (isDeepStrictEqual(payoutFeesSnapshot(before), object)) return object
  const type = 'settings.payout_fees_changed'
  await appendEvent(ctx, dbTx, { book, type, objectId: 'settings:payout_fees', object })
  return object
}
