import type { BookId } from '../shell/book.ts'
import { canonicalJson } from './canonical-json.ts'
import { holdEndedBy, type EntryRows, type TransferRow } from './entry-rows.ts'
import { badEntry, badSeal, badTransfer, type Finding } from './finding.ts'
import { sealHash } from './seal.ts'
import type { Seal, SealHead } from './seal.store.ts'
import { checkTransfer, transferName } from './verify-transfer.ts'

/** Checks an entry's own form and each of its transfers with its lines. */
export function checkEntry(
  entry: EntryRows,
  holds: ReadonlyMap<string, TransferRow>,
): Finding | undefined {
  const { bookId, entryId } = entry
  if (canonicalJson(entry.facts) !== entry.factsText) {
    return badEntry(bookId, entryId, 'its facts are not in their canonical text')
  }
  for (const [index, transfer] of entry.transfers.entries()) {
    if (transfer.transferNo !== index) {
      const differs = `it is not there: ${transferName(transfer)} comes after ${index - 1}`
      return badTransfer(bookId, { entryId, transferNo: index }, differs)
    }
    const ended = holdEndedBy(transfer)
    const hold = ended === undefined ? undefined : holds.get(transferName(ended))
    const finding = checkTransfer(bookId, transfer, hold)
    if (finding !== undefined) return finding
  }
  return undefined
}

/**
 * Checks a link of the chain against the one before it.
 *
 * @param entry the entry that it seals, whose own form was checked before
 * @param nextPreviousHash what the link after it has as the hash before; undefined for the last
 */
export function checkSeal(
  bookId: BookId,
  link: Readonly<{ head: SealHead; seal: Seal; entry: EntryRows | undefined }>,
  nextPreviousHash: Buffer | undefined,
): Finding | undefined {
  const { head, seal, entry } = link
  const position = head.position + 1
  if (seal.position !== position) {
    return badSeal(
      bookId,
      position,
      `it is not there: ${seal.position} comes after ${head.position}`,
    )
  }
  if (entry === undefined) {
    return badSeal(bookId, position, `it seals entry ${seal.entryId}, which is not there`)
  }
  if (!seal.previousHash.equals(head.hash)) {
    return badSeal(bookId, position, `previous_hash is not the hash of ${head.position}`)
  }
  const hash = sealHash(head.hash, entry)
  if (seal.hash.equals(hash)) return undefined
  // The next link tells which of the two was touched: it has kept what the hash was.
  return nextPreviousHash?.equals(hash) === true
    ? badSeal(bookId, position, `hash is not that of entry ${entry.entryId}`)
    : badEntry(bookId, entry.entryId, `it does not have the hash that seal ${position} gives it`)
}
