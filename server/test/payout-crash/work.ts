import { sendOutgoingJob } from '../../src/custody/outgoing/send-outgoing.job.ts'
import { dispatchJob } from '../../src/payouts/dispatch.job.ts'
import { payoutEnded } from '../../src/payouts/end-payout.action.ts'
import { runDueOnce, type Job } from '../../src/shell/job-loop.ts'
import type { PayoutCtx } from './context.ts'

/** The tables whose rows are the work of payouts. */
export const WORK_TABLES = ['payout', 'outgoing'] as const

/** A job, to be run once or for ever. */
type Run = <Key extends object>(job: Job<Key>) => Promise<unknown>

/** The jobs that take payouts from being asked for to their end, each given to whoever runs it. */
export function payoutJobs(ctx: PayoutCtx): readonly ((run: Run) => Promise<unknown>)[] {
  const endings = { payout: payoutEnded(ctx) }
  const send = sendOutgoingJob({
    ...ctx,
    sign: ctx.signer.sign,
    signedBefore: ctx.signer.signed,
    endings,
  })
  const dispatch = dispatchJob(ctx)
  return [(run) => run(dispatch), (run) => run(send)]
}

/**
 * Works on what is due of one book until nothing is.
 *
 * @param suffix of the views that show this book's rows alone, so that its work is its own
 */
export async function workOnBook(ctx: PayoutCtx, suffix: string): Promise<void> {
  let claimed = 1
  const once: Run = async (job) => {
    const own = { ...job, table: `${job.table}_${suffix}` }
    claimed += await runDueOnce(ctx, own).catch((error: unknown) => {
      ctx.log.error({ job: job.name, error }, 'claiming due rows failed')
      return 0
    })
  }
  while (claimed > 0) {
    claimed = 0
    for (const work of payoutJobs(ctx)) await work(once)
  }
}
