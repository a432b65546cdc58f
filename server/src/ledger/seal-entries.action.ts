import assert from 'node:assert/strict'
import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, sqlState } from '../shell/db.ts'
import { readEntryRows } from './entry-rows.store.ts'
import type { EntryRows } from './entry-rows.ts'
import { genesisHash, sealHash } from './seal.ts'
import { findSealHead, insertSeals, takeUnsealed, type Seal, type SealHead } from './seal.store.ts'

/** Writes taken at a time; each holds up to 500 entries. */
const BATCHES_MAX = 10

/**
 * Chains what is committed in a book and not yet sealed: at most a few thousand entries. An entry
 * that commits later gets a later position, whatever its id: positions follow the commits.
 *
 * @returns how many entries were sealed; 0 also when another sealer was first
 */
export async function sealBook(ctx: Pick<ShellCtx, 'db'>, bookId: BookId): Promise<number> {
  try {
    return await inDbTx(ctx, async (dbTx) => {
      const entryIds = (await takeUnsealed(dbTx, bookId, BATCHES_MAX)).toSorted()
      if (entryIds.length === 0) return 0
      const head = await findSealHead(dbTx, bookId)
      const entries = await readEntryRows(dbTx, bookId, entryIds)
      assert.equal(entries.length, entryIds.length, `${bookId}: an entry that waits is not there`)
      await insertSeals(dbTx, bookId, chain(bookId, head, entries))
      return entries.length
    })
  } catch (error) {
    if (sqlState(error) === '23505') return 0
    throw error
  }
}

/** The links that these entries add to a chain that ends with `head`. */
export function chain(
  bookId: BookId,
  head: SealHead | undefined,
  entries: readonly EntryRows[],
): readonly Seal[] {
  let { position, hash } = head ?? { position: 0, hash: genesisHash(bookId) }
  return entries.map((entry) => {
    const previousHash = hash
    position += 1
    hash = sealHash(previousHash, entry)
    return { position, entryId: entry.entryId, previousHash, hash }
  })
}
