import type { AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { account, type ChartPurpose } from './chart.ts'
import { accountKey, inLockOrder } from './draft.ts'
import { lockOpened } from './lock-opened.action.ts'
import type { AccountSpec } from './transfer.ts'

/** Everything that one deposit may move over, but for what customers have. */
const PURPOSES = [
  'custody',
  'deposits.pending',
  'merchant.available',
  'exceptions.unmatched',
  'exceptions.late',
  'exceptions.short',
  'exceptions.long',
  'exceptions.foreign',
  'exceptions.ignored',
  'refunds.payable',
  'receivable.reverted',
] as const satisfies readonly ChartPurpose[]

/**
 * Locks the accounts over which deposits of these assets move, all at once and in the order in
 * which everybody locks, before a dbTx books several entries about them. Locked entry by entry, a
 * deposit that comes in and one that a fork takes back wait for each other in a circle, and
 * PostgreSQL needs a second to notice. Those that are not there yet are opened: what somebody else
 * opens meanwhile would be locked later, and out of order.
 *
 * @param of more: accounts of customers that are known to be met as well
 */
export async function lockDepositAccounts(
  dbTx: DbTx,
  bookId: BookId,
  of: Readonly<{ assets: readonly AssetId[]; more?: readonly AccountSpec[] }>,
): Promise<void> {
  const own = of.assets.flatMap((asset) => PURPOSES.map((purpose) => account(purpose, asset)))
  const refs = [...own, ...(of.more ?? [])].map((spec) => {
    return { bookId, accountId: spec.accountId, asset: spec.asset, spec }
  })
  await lockOpened(dbTx, inLockOrder(new Map(refs.map((ref) => [accountKey(ref), ref] as const))))
}
