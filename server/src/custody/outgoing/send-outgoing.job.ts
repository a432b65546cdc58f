import type { Job } from '../../shell/job-loop.ts'
import type { OutgoingKey } from './outgoing.ts'
import { postponeOutgoing } from './outgoing.store.ts'
import { sendOutgoing } from './send-outgoing.action.ts'
import type { SendOutgoingCtx } from './standing.ts'

const AFTER_FAILURES_MS = 60_000

/** Sends what is planned and follows it to its end. */
export const sendOutgoingJob = (ctx: SendOutgoingCtx): Job<OutgoingKey> => ({
  name: 'send-outgoing',
  table: 'outgoing',
  key: ['book_id', 'outgoing_id'],
  clock: 'machine',
  batch: 16,
  leaseMs: 120_000,
  triesMax: 10,
  run: (key) => sendOutgoing(ctx, key),
  // No timer ever fails what may be out: it is tried for ever, and seen to be stuck.
  giveUp: (key) =>
    postponeOutgoing(ctx.db, key, {
      dueAt: ctx.clock.now() + AFTER_FAILURES_MS,
      problem: 'sending this failed again and again; the log says of what',
    }),
})
