import type { Job } from '../shell/job-loop.ts'
import { dispatchDue, type DispatchCtx } from './dispatch.action.ts'
import type { PayoutKey } from './dispatch.store.ts'
import { writeHeldUp } from './payout-step.store.ts'

const AFTER_FAILURES_MS = 60_000

/** Has transactions made for payouts that may be sent. */
export const dispatchJob = (ctx: DispatchCtx): Job<PayoutKey> => ({
  name: 'dispatch-payouts',
  table: 'payout',
  key: ['book_id', 'payout_id'],
  clock: 'machine',
  batch: 16,
  leaseMs: 60_000,
  triesMax: 10,
  trace: 'kept',
  quietWhen: 'claimed.problem is not null',
  run: (key) => dispatchDue(ctx, key),
  // Nothing that only waits is ever failed by a timer: it is tried for ever, and seen to be stuck.
  giveUp: ({ book_id: bookId, payout_id: payoutId }) =>
    writeHeldUp(
      ctx.db,
      { bookId, payoutIds: [payoutId] },
      {
        waitsFor: 'operator',
        problem: 'sending this failed again and again; the log says of what',
        dueAt: ctx.clock.now() + AFTER_FAILURES_MS,
      },
    ),
})
