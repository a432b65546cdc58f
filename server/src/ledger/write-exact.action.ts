import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import { decide, type Item, type World } from './decide.ts'
import { accountKey, inLockOrder, type AccountRef, type Hold } from './draft.ts'
import { findBooked, findHolds } from './journal.store.ts'
import { lockOpened } from './lock-opened.action.ts'
import { holdsEndedBy, resolveTransfers } from './resolve.ts'
import type { PostResult } from './result.ts'
import { writeLocked, writeLockedIfNew } from './write-draft.store.ts'

const TAKEN_TRIES_MAX = 3

/**
 * Writes a batch in the caller's transaction and answers each entry for itself. The accounts stay
 * locked until that transaction ends. External ids, and the holds that are ended, must differ
 * within the batch.
 *
 * A batch of one never makes a statement fail, so the caller's transaction survives a refusal. In a
 * larger one, an external id that another transaction takes at the same moment is a 23505.
 */
export async function writeExactly(
  dbTx: DbTx,
  items: readonly Item[],
  now: Instant,
): Promise<readonly PostResult[]> {
  for (let attempt = 1; attempt <= TAKEN_TRIES_MAX; attempt += 1) {
    const { results, draft } = decide(await readWorld(dbTx, items), items, now)
    if (draft.entries.length === 0) return results
    if (items.length > 1) {
      await writeLocked(dbTx, draft)
      return results
    }
    if ((await writeLockedIfNew(dbTx, draft)) === 'written') return results
  }
  throw new Error('an external id was taken, and then not found')
}

async function readWorld(dbTx: DbTx, items: readonly Item[]): Promise<World> {
  const refs = items.flatMap(({ prepared }) => holdsEndedBy(prepared))
  const found = await findHolds(dbTx, refs)
  const accounts = await lockOpened(dbTx, accountsOf(items, found))
  // Read under the locks: whoever books the same entry, or ends the same hold, needs them too.
  const holds = await findHolds(dbTx, refs)
  const entries = await findBooked(
    dbTx,
    items.map((one) => one.prepared),
  )
  return { accounts, holds, entries }
}

/** Every account of the batch once, in the order in which everybody locks. */
function accountsOf(
  items: readonly Item[],
  holds: ReadonlyMap<string, Hold>,
): readonly AccountRef[] {
  const wanted = new Map<string, AccountRef>()
  for (const { prepared } of items) {
    const transfers = resolveTransfers(prepared, holds)
    if ('kind' in transfers) continue
    for (const ref of transfers.flatMap((one) => [one.debit, one.credit])) {
      wanted.set(accountKey(ref), ref)
    }
  }
  return inLockOrder(wanted)
}
