import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { Job } from '../shell/job-loop.ts'
import { holderOf } from './payment-record.ts'
import { bookOf, lockPayment, takeFromQueue } from './payment.store.ts'
import { settle, type SettleCtx } from './settle.action.ts'

/** The key of a payment. */
export type PaymentKey = Readonly<{ book_id: BookId; payment_id: string }>

/**
 * What time alone does to payments: a quote ends, and the 24 hours after a claim are over. Nothing
 * is decided here but by the rules, so running it twice, or late, does no harm.
 */
export const expirePaymentJob = (
  ctx: SettleCtx & Pick<ShellCtx, 'db' | 'log'>,
): Job<PaymentKey> => ({
  name: 'expire-payment',
  table: 'payment',
  key: ['book_id', 'payment_id'],
  clock: 'book',
  batch: 20,
  leaseMs: 30_000,
  triesMax: 20,
  run: (key) =>
    inDbTx(ctx, async (dbTx) => {
      const book = await bookOf(dbTx, key.book_id)
      const payment = await lockPayment(dbTx, key.book_id, key.payment_id)
      if (payment === undefined) return
      const transition = { facts: payment.facts, moves: [] }
      await settle(ctx, dbTx, { book, holder: holderOf(payment), transition })
    }),
  giveUp: async (key) => {
    await inDbTx(ctx, (dbTx) => takeFromQueue(dbTx, key.book_id, key.payment_id))
    ctx.log.error({ payment: key.payment_id }, 'a payment could not be expired and was set aside')
  },
})
