import { AppError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { findAccountState, writeAccountState } from './account-state.store.ts'
import { canonicalJson } from './canonical-json.ts'
import type { AccountId } from './transfer.ts'
import { nextEntryId } from './entry-id.ts'

/** Whether an account takes part in new transfers. */
export type AccountStanding = 'open' | 'closing' | 'closed'

/**
 * Opens, closes or begins to close an account. A closing account takes nothing in and can be
 * emptied; a closed one is empty and takes part in nothing. Each change is an entry of its own
 * without transfers, so the proof covers it.
 *
 * @throws ledger.account_unknown
 * @throws ledger.account_not_empty when it is to be closed and still holds or awaits something
 */
export async function setAccountState(
  ctx: Pick<ShellCtx, 'clock' | 'ids'>,
  dbTx: DbTx,
  change: Readonly<{ bookId: BookId; accountId: AccountId; state: AccountStanding }>,
): Promise<void> {
  const { bookId, accountId, state } = change
  const before = await findAccountState(dbTx, bookId, accountId)
  if (before === undefined) throw new AppError('ledger.account_unknown', { account: accountId })
  if (before.state === state) return
  if (state === 'closed' && !before.isEmpty) {
    throw new AppError('ledger.account_not_empty', { account: accountId })
  }
  const entryId = nextEntryId(ctx)
  const facts = { object: accountId, state, previous: before.stateEntryId }
  await writeAccountState(dbTx, {
    ...change,
    entryId,
    factsText: canonicalJson(facts),
    now: ctx.clock.now(),
  })
}
