import { units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import { systemClock } from '../shell/clock.ts'
import { openDb } from '../shell/db.ts'
import { createIds } from '../shell/ids.ts'
import { account } from './chart.ts'
import { createLedger } from './ledger.ts'
import { BNB } from './sample-books.suite.ts'
import type { Entry } from './transfer.ts'

// The process that the kill test kills: it posts under load, and tells each entry that was
// acknowledged in a line of its own. Arguments: database URL, book, first number.

const CALLERS = 64

/** The entry with a number: every third one holds and the one after it ends that hold. */
export function numberedEntry(number: number): Entry {
  const base = { operation: 'test', externalId: `entry:${number}`, facts: { number } }
  if (number % 3 === 2) {
    const pending = { externalId: `entry:${number - 1}`, transfer: 0 }
    return { ...base, transfers: [{ kind: 'post', pending, units: units(1n) }] }
  }
  const movement = {
    debit: account('custody', BNB),
    credit: account('customer.wallet', BNB, `wal_${number % 50}`),
    asset: BNB,
    units: units(2n),
  }
  return { ...base, transfers: [number % 3 === 1 ? { ...movement, kind: 'pending' } : movement] }
}

if (import.meta.main) {
  const [url = '', bookId = '', first = '0'] = process.argv.slice(2)
  await using db = openDb(url)
  const ledger = createLedger({ db, clock: systemClock, ids: createIds(systemClock) })
  let next = Number(first)
  const caller = async (): Promise<void> => {
    for (;;) {
      const number = next
      next += 1
      const result = await ledger.post(bookId as BookId, numberedEntry(number))
      const isBooked = result.kind === 'posted' || result.kind === 'exists'
      // A hold that another caller has not made yet is asked for again by the next process.
      if (isBooked) process.stdout.write(`${number}\n`)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
}
