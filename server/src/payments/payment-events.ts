import { termsOf, type Payment } from './payment-record.ts'
import { received, type Face } from './payment.ts'
import { statusWord } from './snapshot.ts'

const PREFIX = {
  checkout: 'checkout.session',
  invoice: 'invoice',
  payment: 'payment',
} as const satisfies Record<Face, string>

/** The event that tells that a payment was made. */
export const createdEvent = (face: Face): string => `${PREFIX[face]}.created`

/**
 * The events that a change of a payment is told by: one for its status, one for what is out of
 * order with it, one for the payer's first claim; `….updated` when only the amount received, or
 * that all is in order again, changed.
 */
export function changeEvents(before: Payment, after: Payment): readonly string[] {
  const prefix = PREFIX[after.face]
  const status = before.status === after.status ? [] : [statusWord(after.face, after.status)]
  const isFirstClaim = before.facts.claimedAt === undefined && after.facts.claimedAt !== undefined
  const isNew = before.exception !== after.exception && after.exception !== 'none'
  const changes = [
    ...(isFirstClaim ? ['claimed'] : []),
    ...status,
    ...(isNew ? [after.exception] : []),
  ]
  const isUpdate = before.exception !== after.exception || !receivedAlike(before, after)
  return (changes.length === 0 && isUpdate ? ['updated'] : changes).map(
    (change) => `${prefix}.${change}`,
  )
}

function receivedAlike(before: Payment, after: Payment): boolean {
  const was = received(termsOf(before), before.facts)
  const is = received(termsOf(after), after.facts)
  return was?.option.asset === is?.option.asset && was?.units === is?.units
}
