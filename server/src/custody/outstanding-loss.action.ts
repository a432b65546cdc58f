import { entriesByObject } from '../ledger/read-entries.action.ts'
import { units, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'

/** Entries about one deposit that are read; a deposit that forks play with has a few dozen. */
const ENTRIES_MAX = 1_000

/**
 * What a fork took back of a deposit that had been spent meanwhile, and nobody has made good yet:
 * the deposit's part of `receivable.reverted`.
 */
export async function outstandingLoss(
  db: Queryable,
  bookId: BookId,
  depositId: string,
): Promise<Units> {
  const page = { limit: ENTRIES_MAX }
  const { entries } = await entriesByObject(db, { bookId, object: depositId }, page)
  const owed = entries
    .flatMap((entry) => entry.transfers)
    .reduce((sum, { debit, credit, units: moved }) => {
      const taken = debit.purpose === 'receivable.reverted' ? moved : 0n
      const returned = credit.purpose === 'receivable.reverted' ? moved : 0n
      return sum + taken - returned
    }, 0n)
  return units(owed)
}
