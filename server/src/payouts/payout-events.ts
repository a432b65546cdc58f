import type { NewEvent } from '../events/append-event.ts'
import type { EventType } from '../events/event-types.ts'
import type { Book } from '../shell/book.ts'
import type { Payout, PayoutStatus } from './payout.ts'
import { payoutSnapshot } from './snapshot.ts'

/** The event that each state is told by. */
const TYPES = {
  payout: {
    pending_verification: 'payout.created',
    processing: 'payout.processing',
    completed: 'payout.completed',
    failed: 'payout.failed',
    canceled: 'payout.canceled',
  },
  withdrawal: {
    pending_verification: 'wallet.withdrawal.created',
    processing: 'wallet.withdrawal.initiated',
    completed: 'wallet.withdrawal.completed',
    failed: 'wallet.withdrawal.failed',
    canceled: 'wallet.withdrawal.canceled',
  },
} as const satisfies Record<string, Record<PayoutStatus, EventType>>

/** The event that tells of a payout's present state. */
export const eventOf = (book: Book, payout: Payout): NewEvent => ({
  book,
  type: wordsOf(payout)[payout.status],
  objectId: payout.payoutId,
  object: payoutSnapshot(payout, book.environment),
})

/** The event with which a payout begins. */
export const beginningOf = (book: Book, payout: Payout): NewEvent => ({
  ...eventOf(book, payout),
  ...(payout.kind === 'withdrawal' ? {} : { type: TYPES.payout.pending_verification }),
})

/** A refund has events of its own; its payout is told of like any other. */
const wordsOf = ({ kind }: Payout) => TYPES[kind === 'withdrawal' ? 'withdrawal' : 'payout']
