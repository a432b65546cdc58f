import { bookById } from '../custody/read-custody.action.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { Job } from '../shell/job-loop.ts'
import { applyChange } from './change-policy.action.ts'
import type { PolicyChangeKey } from './policy-change.store.ts'

/** Puts changes of policies in force when their delay is over. */
export const applyPolicyChangeJob = (
  ctx: Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'log'>,
): Job<PolicyChangeKey> => ({
  name: 'apply-payout-policy-change',
  table: 'payout_policy_change',
  key: ['book_id', 'change_id'],
  clock: 'book',
  batch: 20,
  leaseMs: 30_000,
  triesMax: 1_000,
  run: (key) =>
    inDbTx(ctx, async (dbTx) => {
      const book = await bookById(dbTx, key.book_id)
      await applyChange(ctx, dbTx, { book, id: key.change_id })
    }),
  giveUp: (key) => {
    // It was approved, so it stays due; somebody must look.
    ctx.log.error({ change: key }, 'a change of the payout policy cannot be put in force')
    return Promise.resolve()
  },
})
