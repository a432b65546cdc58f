import type { EventType } from '../events/event-types.ts'
import { termsOf, type Payment } from './payment-record.ts'
import { received, type Face, type PaymentException, type Status } from './payment.ts'

/** What can happen to a payment. */
type Change = 'created' | 'claimed' | 'updated' | Status | Exclude<PaymentException, 'none'>

/** The event that tells that a payment was made. */
export const createdEvent = (face: Face): EventType => eventOf(face, 'created')

/**
 * The events that a change of a payment is told by: one for its status, one for what is out of
 * order with it, one for the payer's first claim; `….updated` when only the amount received, or
 * that all is in order again, changed.
 */
export function changeEvents(before: Payment, after: Payment): readonly EventType[] {
  const isFirstClaim = before.facts.claimedAt === undefined && after.facts.claimedAt !== undefined
  const { exception } = after
  const isOther = before.exception !== exception
  const changes: readonly Change[] = [
    ...(isFirstClaim ? (['claimed'] as const) : []),
    ...(before.status === after.status ? [] : [after.status]),
    ...(isOther && exception !== 'none' ? [exception] : []),
  ]
  const isUpdate = isOther || !receivedAlike(before, after)
  const told = changes.length === 0 && isUpdate ? (['updated'] as const) : changes
  return told.map((change) => eventOf(after.face, change))
}

/** The type of an event, in the words of its face: see `statusWord`. */
function eventOf(face: Face, change: Change): EventType {
  const word = change === 'awaiting' ? 'pending' : change
  switch (face) {
    case 'checkout':
      return `checkout.session.${word}`
    case 'invoice':
      return `invoice.${word}`
    case 'payment':
      return `payment.${word === 'pending' ? 'awaiting_payment' : word}`
  }
}

function receivedAlike(before: Payment, after: Payment): boolean {
  const was = received(termsOf(before), before.facts)
  const is = received(termsOf(after), after.facts)
  return was?.option.asset === is?.option.asset && was?.units === is?.units
}
