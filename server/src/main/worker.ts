import { upkeepJob } from '../api/upkeep.job.ts'
import { bookDepositJob } from '../custody/book-deposit.job.ts'
import { sendOutgoingJob } from '../custody/outgoing/send-outgoing.job.ts'
import { runPools } from '../custody/refill-pool.job.ts'
import { runChainWatches } from '../custody/watch-chain.job.ts'
import { runDeliveries } from '../events/deliver.job.ts'
import { DELIVERY_LIMITS } from '../events/delivery-limits.ts'
import { resendJob } from '../events/resend.job.ts'
import { runSequencer } from '../events/sequence.job.ts'
import { runSealer } from '../ledger/seal-entries.job.ts'
import { expirePaymentJob } from '../payments/expire-payment.job.ts'
import { dispatchJob } from '../payouts/dispatch.job.ts'
import { applyPolicyChangeJob } from '../payouts/apply-policy-change.job.ts'
import { expireReviewJob } from '../payouts/expire-review.job.ts'
import { runJob } from '../shell/job-loop.ts'
import type { Mailers } from '../shell/mail/mailer.ts'
import { sendMailJob } from '../shell/mail/send-mail.job.ts'
import { moveColdJob } from '../sweeps/cold/move-cold.job.ts'
import { lookAtTankJob } from '../sweeps/look-at-tank.job.ts'
import { endClaimJob } from '../wallets/end-claim.job.ts'
import type { PlatformCtx } from './context.ts'
import { countedDeliveries } from './observe/observe.ts'
import { tracedDeliveries } from './observe/traced.ts'
import { sendingCtx } from './sending.ts'

/** The role `worker`: everything that happens by itself. Disposing finishes what is in hand. */
export function startWorker(ctx: PlatformCtx, mailers: Mailers): AsyncDisposable {
  const stop = new AbortController()
  const { signal } = stop
  const outbound = tracedDeliveries(countedDeliveries(ctx.counts, ctx.outbound))
  const loops = [
    runChainWatches(ctx, signal),
    runJob(ctx, bookDepositJob(ctx), signal),
    runJob(ctx, expirePaymentJob(ctx), signal),
    runPools(ctx, signal),
    runJob(ctx, endClaimJob(ctx), signal),
    runJob(ctx, sendOutgoingJob({ ...ctx, ...sendingCtx(ctx) }), signal),
    runJob(ctx, dispatchJob(ctx), signal),
    runJob(ctx, lookAtTankJob(ctx), signal),
    runJob(ctx, moveColdJob(ctx), signal),
    runJob(ctx, expireReviewJob(ctx), signal),
    runJob(ctx, applyPolicyChangeJob(ctx), signal),
    runJob(ctx, sendMailJob({ ...ctx, mailers }), signal),
    runJob(ctx, upkeepJob(ctx), signal),
    runSealer(ctx, signal),
    runSequencer(ctx, signal),
    runJob(ctx, resendJob(ctx), signal),
    runDeliveries({ ...ctx, outbound, limits: DELIVERY_LIMITS }, signal),
  ]
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await Promise.all(loops)
    },
  }
}
