import type { Job } from '../../shell/job-loop.ts'
import type { OutgoingKey } from './outgoing.ts'
import { findOutgoing, postponeOutgoing } from './outgoing.store.ts'
import { sendOutgoing } from './send-outgoing.action.ts'
import type { SendOutgoingCtx } from './standing.ts'

const AFTER_FAILURES_MS = 60_000

/** From what is planned to what a node has accepted: built, signed, broadcast. */
const STEPS_AT_ONCE = 3

/** Sends what is planned and follows it to its end. */
export const sendOutgoingJob = (ctx: SendOutgoingCtx): Job<OutgoingKey> => ({
  name: 'send-outgoing',
  table: 'outgoing',
  key: ['book_id', 'outgoing_id'],
  clock: 'machine',
  batch: 16,
  leaseMs: 120_000,
  triesMax: 10,
  trace: 'kept',
  quietWhen: "claimed.state in ('sent', 'mined') or claimed.problem is not null",
  run: (key) => sendOn(ctx, key),
  // No timer ever fails what may be out: it is tried for ever, and seen to be stuck.
  giveUp: (key) =>
    postponeOutgoing(ctx.db, key, {
      dueAt: ctx.clock.now() + AFTER_FAILURES_MS,
      problem: 'sending this failed again and again; the log says of what',
    }),
})

/** Goes on as long as others would have to wait for its key. */
async function sendOn(ctx: SendOutgoingCtx, key: OutgoingKey): Promise<void> {
  for (let step = 0; step < STEPS_AT_ONCE; step += 1) {
    await sendOutgoing(ctx, key)
    const found = await findOutgoing(ctx.db, key)
    const isBetween = found?.state === 'built' || found?.state === 'signed'
    if (!isBetween || found.dueAt === undefined || found.dueAt > ctx.clock.now()) return
  }
}
