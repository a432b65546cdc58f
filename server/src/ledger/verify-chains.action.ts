import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { readEntryRows } from './entry-rows.store.ts'
import { holdEndedBy, type EntryRows, type TransferRow } from './entry-rows.ts'
import { badEntry, badSeal, badWaiting, type Finding } from './finding.ts'
import { genesisHash } from './seal.ts'
import type { Seal, SealHead } from './seal.store.ts'
import type { EntryId } from './transfer.ts'
import type { Advance } from './verify-accounts.action.ts'
import { firstForgottenEntry, readTransfers } from './verify-orphans.store.ts'
import { checkEntry, checkSeal } from './verify-seal.ts'
import { transferName } from './verify-transfer.ts'
import { sealPage, waitingPage } from './verify.store.ts'

/** Where the chain of a book ends. */
export type BookHead = SealHead & Readonly<{ bookId: BookId }>

type BookSeal = Seal & Readonly<{ bookId: BookId }>

/**
 * Recomputes every chain of hashes from the rows.
 *
 * @param onHead told of the end of each chain, book by book
 */
export async function verifySeals(
  db: Queryable,
  watch: Readonly<{ advance: Advance; onHead: (head: BookHead) => void }>,
): Promise<Finding | undefined> {
  let head: BookHead | undefined
  let page = await sealPage(db, { bookId: '', position: 0 })
  while (page.length > 0) {
    const last = page.at(-1)
    const next = last === undefined ? [] : await sealPage(db, last)
    const following = next[0]
    for (const [bookId, seals] of Map.groupBy(page, (seal) => seal.bookId)) {
      if (head?.bookId !== bookId) {
        if (head !== undefined) watch.onHead(head)
        head = { bookId, position: 0, hash: genesisHash(bookId) }
      }
      const after = following?.bookId === bookId ? [...seals, following] : seals
      const result = await verifyRun(db, head, { seals, after })
      if ('table' in result) return result
      head = result
    }
    watch.advance(page.length)
    page = next
  }
  if (head !== undefined) watch.onHead(head)
  return undefined
}

/** Checks that the chains still hold hashes that were written down earlier. */
export async function verifyKnownHeads(
  db: Queryable,
  heads: readonly BookHead[],
): Promise<Finding | undefined> {
  for (const { bookId, position, hash } of heads) {
    const [seal] = await sealPage(db, { bookId, position: position - 1 })
    const isThere = seal?.bookId === bookId && seal.position === position
    if (!isThere) return badSeal(bookId, position, 'it is not there, and was known')
    if (!seal.hash.equals(hash)) return badSeal(bookId, position, 'its hash is not the known one')
  }
  return undefined
}

/** Links of one book in a row; `after` has one more where there is one. */
type Run = Readonly<{ seals: readonly BookSeal[]; after: readonly BookSeal[] }>

async function verifyRun(db: Queryable, from: BookHead, run: Run): Promise<BookHead | Finding> {
  const ids = run.seals.map((seal) => seal.entryId)
  const { entries, holds } = await readEntries(db, from.bookId, ids)
  let head = from
  for (const [index, seal] of run.seals.entries()) {
    const entry = entries.get(seal.entryId)
    const finding =
      (entry === undefined ? await blameMissing(db, seal) : checkEntry(entry, holds)) ??
      checkSeal(from.bookId, { head, seal, entry }, run.after[index + 1]?.previousHash)
    if (finding !== undefined) return finding
    head = { bookId: from.bookId, position: seal.position, hash: seal.hash }
  }
  return head
}

/**
 * A seal's entry is not there. Where another entry of the book has no seal, the seal was made to
 * name the wrong one; else the entry was taken away.
 */
async function blameMissing(db: Queryable, seal: BookSeal): Promise<Finding | undefined> {
  const { bookId, entryId, position } = seal
  const forgotten = await firstForgottenEntry(db, bookId)
  if (forgotten !== undefined) return undefined
  return badEntry(bookId, entryId, `it is not there: seal ${position} names it`)
}

async function readEntries(
  db: Queryable,
  bookId: BookId,
  ids: readonly EntryId[],
): Promise<
  Readonly<{
    entries: ReadonlyMap<EntryId, EntryRows>
    holds: ReadonlyMap<string, TransferRow>
  }>
> {
  const entries = await readEntryRows(db, bookId, ids)
  const ended = entries.flatMap((entry) => entry.transfers.flatMap((one) => holdEndedBy(one) ?? []))
  const holds = await readTransfers(db, bookId, ended)
  return {
    entries: new Map(entries.map((entry) => [entry.entryId, entry])),
    holds: new Map(holds.map((hold) => [transferName(hold), hold])),
  }
}

/** Checks what waits for the sealer; @param onWaiting told how many entries do */
export async function verifyWaiting(
  db: Queryable,
  onWaiting: (entries: number) => void,
): Promise<Finding | undefined> {
  let after = { bookId: '', batchId: '' }
  for (;;) {
    const page = await waitingPage(db, after)
    for (const { bookId, batchId, entryIds } of page) {
      if (entryIds[0] !== batchId) {
        return badWaiting(bookId, batchId, 'it is not named after its first entry')
      }
      const { entries, holds } = await readEntries(db, bookId, entryIds)
      for (const entryId of entryIds) {
        const entry = entries.get(entryId)
        if (entry === undefined) {
          return badWaiting(bookId, batchId, `entry ${entryId} waits and is not there`)
        }
        const finding = checkEntry(entry, holds)
        if (finding !== undefined) return finding
      }
      onWaiting(entryIds.length)
    }
    const last = page.at(-1)
    if (last === undefined) return undefined
    after = last
  }
}
