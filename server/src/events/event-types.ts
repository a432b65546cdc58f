/**
 * Every type of event, and what has happened when it is told. A type is public: it is never
 * renamed, nor given another meaning.
 */
export const eventTypes = {
  'checkout.session.created': 'A checkout session was made.',
  'checkout.session.claimed': 'The payer says that it was paid.',
  'checkout.session.pending': 'A fork took back what was confirming: it waits for coins again.',
  'checkout.session.confirming': 'Enough coins were seen; they are not final yet.',
  'checkout.session.confirmed': 'Enough coins are final: it is paid.',
  'checkout.session.expired': 'Its time is over without enough coins.',
  'checkout.session.failed': 'What the payer claimed to have sent did not come within a day.',
  'checkout.session.underpaid': 'Too little came; the rest may still come.',
  'checkout.session.overpaid': 'More came than was asked for.',
  'checkout.session.late': 'Coins came after its time was over.',
  'checkout.session.wrong_asset': 'Coins of an asset came that it does not accept.',
  'checkout.session.reverted': 'A fork took coins back that had come.',
  'checkout.session.updated': 'The amount received changed, or all is in order again.',

  'invoice.created': 'An invoice was made.',
  'invoice.claimed': 'The payer says that it was paid.',
  'invoice.pending': 'A fork took back what was confirming: it waits for coins again.',
  'invoice.confirming': 'Enough coins were seen; they are not final yet.',
  'invoice.confirmed': 'Enough coins are final: it is paid.',
  'invoice.expired': 'Its time is over without enough coins.',
  'invoice.failed': 'What the payer claimed to have sent did not come within a day.',
  'invoice.underpaid': 'Too little came; the rest may still come.',
  'invoice.overpaid': 'More came than was asked for.',
  'invoice.late': 'Coins came after its time was over.',
  'invoice.wrong_asset': 'Coins of an asset came that it does not accept.',
  'invoice.reverted': 'A fork took coins back that had come.',
  'invoice.updated': 'The amount received changed, or all is in order again.',

  'payment.created': 'A payment was made.',
  'payment.claimed': 'The payer says that it was paid.',
  'payment.awaiting_payment': 'A fork took back what was confirming: it waits for coins again.',
  'payment.confirming': 'Enough coins were seen; they are not final yet.',
  'payment.confirmed': 'Enough coins are final: it is paid.',
  'payment.expired': 'Its time is over without enough coins.',
  'payment.failed': 'What the payer claimed to have sent did not come within a day.',
  'payment.underpaid': 'Too little came; the rest may still come.',
  'payment.overpaid': 'More came than was asked for.',
  'payment.late': 'Coins came after its time was over.',
  'payment.wrong_asset': 'Coins of an asset came that it does not accept.',
  'payment.reverted': 'A fork took coins back that had come.',
  'payment.updated': 'The amount received changed, or all is in order again.',

  'exception.opened': 'Coins came otherwise than they were asked for, and wait for a decision.',
  'exception.resolved': 'It was decided, or the chain settled it by itself.',

  'refund.created': 'Coins are owed back to a payer.',
  'refund.waiting': 'It cannot be sent now, as `problem` says: it is owed as before.',
  'refund.sending': 'A payout sends it.',
  'refund.sent': 'It is with the payer, in a final block.',
  'refund.failed': 'Its payout failed or was canceled: it is owed again.',

  'wallet.created': 'A customer has a wallet of this asset.',
  'wallet.deposit.pending': 'Coins for the wallet were seen that are in no block yet.',
  'wallet.deposit.confirming': 'Coins for the wallet are in a block that is not final yet.',
  'wallet.deposit.completed': 'The coins are final and credited to the wallet.',
  'wallet.deposit.reverted': 'A fork took the coins back, and their credit with them.',
  'wallet.deposit.not_found': 'A transaction that you named did not come within a day.',
  'wallet.withdrawal.created': 'A withdrawal waits for a code or an approval.',
  'wallet.withdrawal.initiated': 'The withdrawal is being sent.',
  'wallet.withdrawal.completed': 'The withdrawal is in a final block.',
  'wallet.withdrawal.failed': 'Nothing was sent, nor will be: its money is in the wallet again.',
  'wallet.withdrawal.canceled': 'It was called back: its money is in the wallet again.',

  'payout.created': 'A payout was made.',
  'payout.processing': 'All that was required was given: it is being sent.',
  'payout.completed': 'It is in a final block.',
  'payout.failed': 'Nothing was sent, nor will be: its money is on the balance again.',
  'payout.canceled': 'It was called back: its money is on the balance again.',
  'payout_batch.created': 'Payouts were asked for together.',
  'payout_batch.processing': 'All that was required was given: its payouts are being sent.',
  'payout_batch.completed': 'All of its payouts are in final blocks.',
  'payout_batch.partially_completed': 'Its payouts are at their ends; some were completed.',
  'payout_batch.failed': 'Its payouts are at their ends, and nothing was paid; some failed.',
  'payout_batch.canceled': 'All of its payouts were called back.',
  'payout_policy.change_proposed': 'Another payout policy was proposed.',
  'payout_policy.change_waiting': 'The change of the policy is approved; its delay runs.',
  'payout_policy.change_in_force': 'The policy was changed.',
  'payout_policy.change_canceled': 'The change of the policy was canceled.',
  'payout_destination.added': 'A destination was listed; its cool-down runs.',
  'payout_destination.removed': 'A destination was taken off the list.',

  'conversion.completed': 'One asset was converted into another.',
  'liquidity.moved': 'Coins were set aside for conversions, or taken back.',

  'settings.confirmations_changed':
    'Deposits of an asset are credited earlier or later from now on.',
  'settings.payout_fees_changed': 'Your fee for payouts is another from now on.',
  'settings.conversions_changed': 'What you keep of conversions is another from now on.',

  'sweep.created': 'Deposits of an asset are being gathered into the treasury.',
  'sweep.completed': 'The coins are in the treasury.',
  'sweep.failed': 'The coins are where they were.',
  'treasury.deposit.completed': 'Coins came to your own address and are on your balance.',
  'treasury.deposit.reverted': 'A fork took such coins back, and with them what you had of them.',
  'treasury.gas_low': 'The treasury lacks the coin that pays for the next sweeps.',
  'treasury.gas_enough': 'The treasury has enough of that coin again.',
  'cold.wallet.changed': 'Other terms for a cold wallet were settled; they take effect in a day.',
  'cold.wallet.removed': 'Nothing is sent to the cold wallet any more.',
  'cold.transfer.created': 'Coins are being sent to the cold wallet.',
  'cold.transfer.completed': 'The coins are in the cold wallet.',
  'cold.transfer.failed': 'The coins are still in the treasury.',
  'cold.return.announced': 'A transaction was said to bring coins back from a cold wallet.',

  'chain.crediting_halted': 'Deposits of an asset are not credited for now.',
  'chain.crediting_resumed': 'Deposits of the asset are credited again.',

  'webhook_endpoint.failing': 'A first message was given up; nothing was acknowledged before it.',
  'webhook_endpoint.recovered': 'The endpoint acknowledged a message again.',
  'webhook_endpoint.disabled': 'Nothing is sent to the endpoint any more.',
  'webhook_endpoint.enabled': 'What happens from now on is sent to the endpoint again.',
  'webhook_endpoint.deleted': 'The endpoint is no more.',
  'webhook_endpoint.test': 'Nothing happened: somebody tries the receiver.',

  'webhook_key.created': 'Another ed25519 key signs messages from now on.',
} as const satisfies Record<string, string>

/** What an event tells of: object kind and what happened, such as `payment.confirmed`. */
export type EventType = keyof typeof eventTypes

type StemOf<Type> = Type extends `${infer First}.${infer Second}.${string}`
  ? `${First}.${Second}`
  : Type extends `${infer First}.${string}`
    ? First
    : never

/** What a type is about, its last word left off: `wallet.deposit` of `wallet.deposit.pending`. */
export type EventStem = StemOf<EventType>

/** Whether a text is the type of an event. */
export const isEventType = (text: string): text is EventType => Object.hasOwn(eventTypes, text)

/** Every type, in the order in which they are explained. */
export const allEventTypes: readonly EventType[] = Object.keys(eventTypes).filter(isEventType)

const cut = (type: string): string => type.slice(0, type.lastIndexOf('.'))

const stems: ReadonlySet<string> = new Set(allEventTypes.map(cut))

const isStem = (text: string): text is EventStem => stems.has(text)

/** What a type is about. */
export function stemOf(type: EventType): EventStem {
  const stem = cut(type)
  if (!isStem(stem)) throw new Error(`${type} is about nothing`)
  return stem
}
