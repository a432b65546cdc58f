import { AppError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset } from '../money/registry.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { listPolicies, putPolicy, recallWaiting, type AssetPolicy } from './policy.store.ts'

/**
 * The confirmation policies that a book settled; assets that are not here are credited when final.
 */
export const confirmationPolicies = (
  db: Queryable,
  { bookId }: Book,
): Promise<readonly AssetPolicy[]> => listPolicies(db, bookId)

/**
 * Settles how deep deposits of an asset must lie before they are credited. It holds at once for
 * those that wait; what is credited stays credited, unless a fork takes it back.
 *
 * @param policy.safeBelow absent: the same as `confirmedBelow`
 * @throws custody.policy_contradicts_itself
 */
export async function setConfirmationPolicy(
  ctx: Pick<ShellCtx, 'clock'>,
  dbTx: DbTx,
  {
    book,
    policy,
  }: Readonly<{
    book: Book
    policy: Readonly<{ asset: AssetId; confirmedBelow: Units; safeBelow: Units | undefined }>
  }>,
): Promise<AssetPolicy> {
  const { asset, confirmedBelow } = policy
  const safeBelow = policy.safeBelow ?? confirmedBelow
  if (safeBelow < confirmedBelow) {
    const { decimals } = knownAsset(asset)
    throw new AppError('custody.policy_contradicts_itself', {
      confirmedBelow: formatUnits(confirmedBelow, decimals),
      safeBelow: formatUnits(safeBelow, decimals),
    })
  }
  const settled = { asset, confirmedBelow, safeBelow }
  const { bookId } = book
  await putPolicy(dbTx, bookId, settled)
  await recallWaiting(dbTx, { bookId, asset, now: ctx.clock.now() })
  return settled
}
