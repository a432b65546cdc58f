import { bookById } from '../custody/read-custody.action.ts'
import { bookNow } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { Job } from '../shell/job-loop.ts'
import { cancel, type EndCtx } from './cancel.action.ts'
import { findSubject } from './open-subject.action.ts'
import { lockReview, saveReview, setAside, type ReviewKey } from './review.store.ts'

/** Cancels payouts of which nobody did within a day what was required. */
export const expireReviewJob = (ctx: EndCtx & Pick<ShellCtx, 'db' | 'log'>): Job<ReviewKey> => ({
  name: 'expire-payout-review',
  table: 'payout_review',
  key: ['book_id', 'subject_id'],
  clock: 'book',
  batch: 20,
  leaseMs: 60_000,
  triesMax: 20,
  run: (key) =>
    inDbTx(ctx, async (dbTx) => {
      const { book_id: bookId, subject_id: subjectId } = key
      const book = await bookById(dbTx, bookId)
      const review = await lockReview(dbTx, bookId, subjectId)
      if (review?.state !== 'open') return
      const { payouts } = await findSubject(dbTx, book, subjectId)
      const now = bookNow(ctx.clock, book)
      await saveReview(dbTx, bookId, { review: { ...review, state: 'canceled' }, now })
      // One that was called back by itself meanwhile, or goes already, is left as it is.
      const waiting = payouts.filter((one) => one.status === 'pending_verification')
      const payoutIds = waiting.map((one) => one.payoutId)
      const problem = 'Nobody did within 24 hours what was required first.'
      await cancel(ctx, dbTx, { book, payoutIds, problem })
    }),
  giveUp: async (key) => {
    await inDbTx(ctx, (dbTx) => setAside(dbTx, key))
    ctx.log.error({ review: key }, 'a payout that took too long could not be canceled')
  },
})
