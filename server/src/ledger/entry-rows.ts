import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { AccountId, EntryId, Facts, Side } from './transfer.ts'

// The rows of the journal, column by column, as the proof reads them.

/** A row of `line`. */
export type LineRow = Readonly<{
  accountId: AccountId
  seq: number
  entryId: EntryId
  transferNo: number
  side: Side
  units: bigint
  held: bigint
  posted: bigint
  pendingDebits: bigint
  pendingCredits: bigint
  normalSide: Side
  overdraft: 'refused' | 'allowed'
  bookedAt: Instant
}>

/** What a transfer is known by in its book. */
export type TransferKey = Readonly<{ entryId: EntryId; transferNo: number }>

/** A row of `transfer`. */
export type TransferRow = TransferKey &
  Readonly<{
    /** Any text: the proof believes no CHECK. */
    kind: string
    debitAccountId: AccountId
    creditAccountId: AccountId
    asset: string
    units: bigint
    debitSeq: number
    creditSeq: number
    /** The hold that it ends; both or none. */
    pendingEntryId: EntryId | null
    pendingTransferNo: number | null
  }>

/** The hold that a transfer ends, where it names one. */
export const holdEndedBy = ({
  pendingEntryId,
  pendingTransferNo,
}: TransferRow): TransferKey | undefined =>
  pendingEntryId === null || pendingTransferNo === null
    ? undefined
    : { entryId: pendingEntryId, transferNo: pendingTransferNo }

/** A transfer with the lines that it points to; one that is not there is undefined. */
export type TransferRows = TransferRow &
  Readonly<{ debit: LineRow | undefined; credit: LineRow | undefined }>

/** A row of `entry` with its transfers, in the order of their numbers. */
export type EntryRows = Readonly<{
  bookId: BookId
  entryId: EntryId
  externalId: string
  operation: string
  facts: Facts
  /** The facts exactly as the column has them. */
  factsText: string
  effectiveAt: Instant
  createdAt: Instant
  transfers: readonly TransferRows[]
}>
