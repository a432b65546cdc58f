import assert from 'node:assert/strict'
import type { Book } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
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
