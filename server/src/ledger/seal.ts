import { createHash } from 'node:crypto'
import type { BookId } from '../shell/book.ts'
import { canonicalJson } from './canonical-json.ts'
import type { EntryRows, LineRow, TransferRows } from './entry-rows.ts'
import type { JsonValue } from './transfer.ts'

/** What the first entry of a book is chained to: the book itself. 32 bytes. */
export const genesisHash = (bookId: BookId): Buffer =>
  createHash('sha256').update(`coffer ledger 1\n${bookId}`).digest()

/**
 * The hash that seals an entry: SHA-256 over the hash before it and the RFC 8785 text of the entry
 * with its transfers and lines, every column of them.
 */
export const sealHash = (previousHash: Uint8Array, entry: EntryRows): Buffer =>
  createHash('sha256').update(previousHash).update(canonicalEntry(entry)).digest()

/** The text that is sealed: one line of JSON that anybody can make from the rows. */
export const canonicalEntry = (entry: EntryRows): string =>
  canonicalJson({
    book: entry.bookId,
    entry: entry.entryId,
    externalId: entry.externalId,
    operation: entry.operation,
    facts: entry.facts,
    effectiveAt: entry.effectiveAt,
    createdAt: entry.createdAt,
    transfers: entry.transfers.map(canonicalTransfer),
  })

const canonicalTransfer = (transfer: TransferRows): JsonValue => ({
  kind: transfer.kind,
  asset: transfer.asset,
  units: String(transfer.units),
  ends: [transfer.pendingEntryId, transfer.pendingTransferNo],
  debit: { account: transfer.debitAccountId, ...canonicalLine(transfer.debit) },
  credit: { account: transfer.creditAccountId, ...canonicalLine(transfer.credit) },
})

const canonicalLine = (line: LineRow | undefined): Readonly<Record<string, JsonValue>> =>
  line === undefined
    ? {}
    : {
        seq: line.seq,
        units: String(line.units),
        held: String(line.held),
        posted: String(line.posted),
        pendingDebits: String(line.pendingDebits),
        pendingCredits: String(line.pendingCredits),
        normalSide: line.normalSide,
        overdraft: line.overdraft,
        bookedAt: line.bookedAt,
      }
