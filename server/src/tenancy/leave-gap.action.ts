import type { DbTx } from '../shell/db.ts'
import { skipDerivationAccounts } from './organization.store.ts'

/** More books than are made between two backups. */
const ACCOUNTS_SKIPPED = 10_000

/**
 * Steps over the accounts of keys that books may have got since the copy was made from which a
 * database comes: a new book must not have the addresses of a forgotten one.
 */
export const leaveAccountGap = (dbTx: DbTx): Promise<void> =>
  skipDerivationAccounts(dbTx, ACCOUNTS_SKIPPED)
