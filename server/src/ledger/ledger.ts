import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Instant } from '../shell/clock.ts'
import { inDbTx, sqlState, type DbTx } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import { createBatchWriter } from './batch-writer.ts'
import type { Item } from './decide.ts'
import { nextEntryId } from './entry-id.ts'
import { prepareEntry, type PreparedEntry } from './prepared-entry.ts'
import type { PostResult } from './result.ts'
import type { Entry } from './transfer.ts'
import { writeExactly } from './write-exact.action.ts'
import { writeFast, type KnownAccounts } from './write-fast.action.ts'

/**
 * The ledger's writers. Both book an entry once: the same external id with the same content answers
 * `exists` with the first entry's id, so after a lost answer the caller simply asks again.
 */
export type Ledger = AsyncDisposable &
  Readonly<{
    /**
     * Books an entry in a commit of its own, together with what others post at the same time.
     *
     * @throws ledger.outcome_unknown when the database was lost: ask again
     * @throws ledger.overloaded when too much is waiting already: ask again later
     */
    post: (bookId: BookId, entry: Entry) => Promise<PostResult>
    /**
     * Books an entry in the caller's transaction, which stays usable when the entry is refused. The
     * entry's accounts stay locked until that transaction ends: book last, and commit soon.
     */
    postInDbTx: (dbTx: DbTx, bookId: BookId, entry: Entry) => Promise<PostResult>
    /**
     * The same for entries of one dbTx that are asked for at the same step: they are written
     * together, each with an answer of its own. For external ids that nobody else can know of: one
     * that another transaction takes at the same moment breaks the whole dbTx.
     */
    postTogether: (dbTx: DbTx, bookId: BookId, entry: Entry) => Promise<PostResult>
  }>

/** Most entries that one step of a dbTx writes at once. */
const TOGETHER_MAX = 50

// After a surprise the next batches are likely to hold one too: a client that repeats itself, an
// account that has run dry.
const EXACT_BATCHES = 4

/**
 * Opens the ledger's writers. Disposing waits for what was asked before.
 *
 * @param seen is told how many entries each batch has
 */
export function createLedger(
  ctx: Pick<ShellCtx, 'db' | 'clock' | 'ids'>,
  seen: (entries: number) => void = () => undefined,
): Ledger {
  const known: KnownAccounts = new Set()
  let exactBatches = 0

  const writeBatch = async (items: readonly Item[]): Promise<readonly PostResult[]> => {
    const now = ctx.clock.now()
    seen(items.length)
    if (exactBatches === 0) {
      const results = await writeFast({ db: ctx.db, known }, items, now)
      if (results !== 'surprised') return results
      exactBatches = EXACT_BATCHES
    }
    exactBatches -= 1
    return writeApart(ctx, items, now)
  }

  const batches = createBatchWriter(writeBatch)
  const itemOf = (prepared: PreparedEntry): Item => ({ prepared, entryId: nextEntryId(ctx) })
  const together = gatherOn(
    (dbTx: DbTx, items: readonly Item[]) => writeExactly(dbTx, items, ctx.clock.now()),
    { batchMax: TOGETHER_MAX },
  )
  return {
    post: async (bookId, entry) => {
      const prepared = prepareEntry(bookId, entry)
      return 'kind' in prepared ? prepared : batches.write(itemOf(prepared))
    },
    postInDbTx: async (dbTx, bookId, entry) => {
      const prepared = prepareEntry(bookId, entry)
      if ('kind' in prepared) return prepared
      const [result] = await writeExactly(dbTx, [itemOf(prepared)], ctx.clock.now())
      if (result === undefined) throw new Error('one entry has one result')
      return result
    },
    postTogether: async (dbTx, bookId, entry) => {
      const prepared = prepareEntry(bookId, entry)
      return 'kind' in prepared ? prepared : together(dbTx, itemOf(prepared))
    },
    [Symbol.asyncDispose]: () => batches[Symbol.asyncDispose](),
  }
}

const TAKEN_TRIES_MAX = 5

/** The exact writer in a transaction of its own, again when another took an id meanwhile. */
async function writeApart(
  ctx: Pick<ShellCtx, 'db'>,
  items: readonly Item[],
  now: Instant,
): Promise<readonly PostResult[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inDbTx(ctx, (dbTx) => writeExactly(dbTx, items, now))
    } catch (error) {
      if (sqlState(error) !== '23505' || attempt >= TAKEN_TRIES_MAX) throw error
    }
  }
}
