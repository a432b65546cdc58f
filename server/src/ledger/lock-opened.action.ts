import type { DbTx } from '../shell/db.ts'
import type { AccountState } from './decide.ts'
import { accountKey, type AccountRef } from './draft.ts'
import { findKnown, lockAccounts, openAccounts } from './journal.store.ts'

/**
 * Locks accounts until the dbTx ends, in the order in which everybody locks; those that are not
 * there are opened, and so locked like the others. Accounts are opened before any is locked:
 * whoever opens one that another dbTx has just opened waits until that one ends, and must not hold
 * what it needs meanwhile.
 *
 * @param refs each account once, in lock order
 */
export async function lockOpened(
  dbTx: DbTx,
  refs: readonly AccountRef[],
): Promise<Map<string, AccountState>> {
  const known = await findKnown(dbTx, refs)
  const missing = refs.filter((ref) => !known.has(accountKey(ref)))
  if (missing.length > 0) await openAccounts(dbTx, missing)
  return lockAccounts(dbTx, refs)
}
