import type { BookedEntry } from '../../ledger/booked-entry.ts'
import { entriesSince } from '../../ledger/read-entries.action.ts'
import { formatUnits } from '../../money/amount.ts'
import { knownAsset } from '../../money/registry.ts'
import type { BookId } from '../../shell/book.ts'
import type { Db } from '../../shell/db.ts'
import type { Part, Range, Source } from './range.ts'

const PAGE = 500

/** Entries are numbered when they are made, and may be booked a little later than that. */
const BOOKED_WITHIN_MS = 10 * 60_000

/** The journal of a book in a range, a row for each transfer, in the order of the entries. */
export const exportedJournal = (db: Db, bookId: BookId, range: Range): Source => ({
  [Symbol.asyncDispose]: () => Promise.resolve(),
  columns: [
    ...['entry_id', 'booked_at', 'effective_at', 'operation', 'external_id', 'transfer', 'kind'],
    ...['debit', 'debit_owner', 'credit', 'credit_owner', 'amount', 'currency', 'network', 'asset'],
    'facts',
  ],
  parts: entriesIn(db, bookId, range),
})

async function* entriesIn(db: Db, bookId: BookId, range: Range): AsyncGenerator<Part> {
  let after: string | undefined
  do {
    const page = after === undefined ? { limit: PAGE } : { limit: PAGE, after }
    const { entries, next } = await entriesSince(db, { bookId, createdFrom: range.from }, page)
    yield { rows: entries.filter((one) => one.createdAt < range.to).flatMap(rowsOf) }
    const last = entries.at(-1)
    if (last !== undefined && last.createdAt > range.to + BOOKED_WITHIN_MS) return
    after = next
  } while (after !== undefined)
}

const rowsOf = (entry: BookedEntry) =>
  entry.transfers.map(({ kind, debit, credit, asset, units }, transfer) => {
    const { currency, network, decimals } = knownAsset(asset)
    return {
      entry_id: entry.entryId,
      booked_at: new Date(entry.createdAt).toISOString(),
      effective_at: new Date(entry.effectiveAt).toISOString(),
      operation: entry.operation,
      external_id: entry.externalId,
      ...{ transfer, kind, debit: debit.purpose, debit_owner: debit.owner ?? null },
      ...{ credit: credit.purpose, credit_owner: credit.owner ?? null },
      ...{ amount: formatUnits(units, decimals), currency, network, asset },
      facts: entry.facts,
    }
  })
