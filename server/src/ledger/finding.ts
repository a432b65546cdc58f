import type { BookId } from '../shell/book.ts'
import type { LineRow, TransferKey } from './entry-rows.ts'
import type { AccountId, EntryId } from './transfer.ts'

/** A row that does not fit the others. */
export type Finding = Readonly<{
  table: 'account' | 'entry' | 'transfer' | 'line' | 'seal' | 'unsealed'
  /** Its primary key. A row that is missing is named by the key it should have. */
  key: Readonly<Record<string, string | number>>
  /** What differs, in words that name the rows it was compared with. */
  differs: string
}>

/** A finding about a row of `account`. */
export const badAccount = (bookId: BookId, accountId: AccountId, differs: string): Finding => ({
  table: 'account',
  key: { book_id: bookId, account_id: accountId },
  differs,
})

/** A finding about a row of `entry`. */
export const badEntry = (bookId: BookId, entryId: EntryId, differs: string): Finding => ({
  table: 'entry',
  key: { book_id: bookId, entry_id: entryId },
  differs,
})

/** A finding about a row of `transfer`. */
export const badTransfer = (bookId: BookId, transfer: TransferKey, differs: string): Finding => ({
  table: 'transfer',
  key: { book_id: bookId, entry_id: transfer.entryId, transfer_no: transfer.transferNo },
  differs,
})

/** A finding about a row of `line`. */
export const badLine = (
  bookId: BookId,
  line: Pick<LineRow, 'accountId' | 'seq'>,
  differs: string,
): Finding => ({
  table: 'line',
  key: { book_id: bookId, account_id: line.accountId, seq: line.seq },
  differs,
})

/** A finding about a row of `seal`. */
export const badSeal = (bookId: BookId, position: number, differs: string): Finding => ({
  table: 'seal',
  key: { book_id: bookId, position },
  differs,
})

/** A finding about a row of `unsealed`. */
export const badWaiting = (bookId: BookId, batchId: string, differs: string): Finding => ({
  table: 'unsealed',
  key: { book_id: bookId, batch_id: batchId },
  differs,
})
