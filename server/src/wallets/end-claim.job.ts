import { bookById } from '../custody/read-custody.action.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { Job } from '../shell/job-loop.ts'
import { endDepositClaim } from './claim-deposit.action.ts'
import { endClaim, type ClaimKey } from './claim.store.ts'

/** Ends the watch for transactions that somebody named and that did not come within 24 hours. */
export const endClaimJob = (
  ctx: Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'log'>,
): Job<ClaimKey> => ({
  name: 'end-wallet-claim',
  table: 'wallet_claim',
  key: ['book_id', 'wallet_id', 'tx_hash'],
  clock: 'book',
  batch: 20,
  leaseMs: 30_000,
  triesMax: 10,
  run: (key) =>
    inDbTx(ctx, async (dbTx) => {
      const book = await bookById(dbTx, key.book_id)
      await endDepositClaim(ctx, dbTx, { book, key })
    }),
  giveUp: async (key) => {
    await inDbTx(ctx, (dbTx) => endClaim(dbTx, key))
    ctx.log.error({ claim: key }, 'a claim of a deposit could not be ended and was set aside')
  },
})
