import type { Job } from '../shell/job-loop.ts'
import { bookDeposit, type BookDepositCtx } from './book-deposit.action.ts'
import { postponeDeposit } from './deposit-doubt.store.ts'
import type { DepositKey } from './deposit.store.ts'

const AFTER_FAILURES_MS = 10 * 60_000

/** Books deposits whose side of the chain changed. */
export const bookDepositJob = (ctx: BookDepositCtx): Job<DepositKey> => ({
  name: 'book-deposit',
  table: 'deposit',
  key: ['book_id', 'deposit_id'],
  clock: 'machine',
  batch: 8,
  leaseMs: 60_000,
  trace: 'own',
  triesMax: 10,
  run: (key) => bookDeposit(ctx, key),
  // Coins are never given up: it is tried for ever, and seen to be stuck.
  giveUp: (key) =>
    postponeDeposit(ctx.db, key, {
      dueAt: ctx.clock.now() + AFTER_FAILURES_MS,
      problem: 'booking this deposit failed again and again; the log says of what',
    }),
})
