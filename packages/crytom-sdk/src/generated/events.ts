// Made from the routes of /v1 by `npm run docs`; change those instead.

import type {
  CheckoutSessionInEvent,
  ColdReturnInEvent,
  ColdTransferInEvent,
  ColdWalletInEvent,
  ConfirmationPolicyInEvent,
  Conversion,
  ConversionSettingsInEvent,
  CreditingHaltInEvent,
  GasTankInEvent,
  InvoiceInEvent,
  LiquidityMoveInEvent,
  Payment,
  PaymentException,
  Payout,
  PayoutBatch,
  PayoutDestinationInEvent,
  PayoutFeesInEvent,
  PayoutPolicyChangeInEvent,
  RefundInEvent,
  Sweep,
  TreasuryDepositInEvent,
  WalletDepositInEvent,
  WalletDepositNotFoundInEvent,
  WalletInEvent,
  WebhookEndpoint,
  WebhookKeyInEvent,
} from './entities.ts'

/** What each type of event tells: the object as it then was. */
export type EventObjects = Readonly<{
  /** A checkout session was made. */
  'checkout.session.created': CheckoutSessionInEvent
  /** The payer says that it was paid. */
  'checkout.session.claimed': CheckoutSessionInEvent
  /** A fork took back what was confirming: it waits for coins again. */
  'checkout.session.pending': CheckoutSessionInEvent
  /** Enough coins were seen; they are not final yet. */
  'checkout.session.confirming': CheckoutSessionInEvent
  /** Enough coins are final: it is paid. */
  'checkout.session.confirmed': CheckoutSessionInEvent
  /** Its time is over without enough coins. */
  'checkout.session.expired': CheckoutSessionInEvent
  /** What the payer claimed to have sent did not come within a day. */
  'checkout.session.failed': CheckoutSessionInEvent
  /** Too little came; the rest may still come. */
  'checkout.session.underpaid': CheckoutSessionInEvent
  /** More came than was asked for. */
  'checkout.session.overpaid': CheckoutSessionInEvent
  /** Coins came after its time was over. */
  'checkout.session.late': CheckoutSessionInEvent
  /** Coins of an asset came that it does not accept. */
  'checkout.session.wrong_asset': CheckoutSessionInEvent
  /** A fork took coins back that had come. */
  'checkout.session.reverted': CheckoutSessionInEvent
  /** The amount received changed, or all is in order again. */
  'checkout.session.updated': CheckoutSessionInEvent
  /** An invoice was made. */
  'invoice.created': InvoiceInEvent
  /** The payer says that it was paid. */
  'invoice.claimed': InvoiceInEvent
  /** A fork took back what was confirming: it waits for coins again. */
  'invoice.pending': InvoiceInEvent
  /** Enough coins were seen; they are not final yet. */
  'invoice.confirming': InvoiceInEvent
  /** Enough coins are final: it is paid. */
  'invoice.confirmed': InvoiceInEvent
  /** Its time is over without enough coins. */
  'invoice.expired': InvoiceInEvent
  /** What the payer claimed to have sent did not come within a day. */
  'invoice.failed': InvoiceInEvent
  /** Too little came; the rest may still come. */
  'invoice.underpaid': InvoiceInEvent
  /** More came than was asked for. */
  'invoice.overpaid': InvoiceInEvent
  /** Coins came after its time was over. */
  'invoice.late': InvoiceInEvent
  /** Coins of an asset came that it does not accept. */
  'invoice.wrong_asset': InvoiceInEvent
  /** A fork took coins back that had come. */
  'invoice.reverted': InvoiceInEvent
  /** The amount received changed, or all is in order again. */
  'invoice.updated': InvoiceInEvent
  /** A payment was made. */
  'payment.created': Payment
  /** The payer says that it was paid. */
  'payment.claimed': Payment
  /** A fork took back what was confirming: it waits for coins again. */
  'payment.awaiting_payment': Payment
  /** Enough coins were seen; they are not final yet. */
  'payment.confirming': Payment
  /** Enough coins are final: it is paid. */
  'payment.confirmed': Payment
  /** Its time is over without enough coins. */
  'payment.expired': Payment
  /** What the payer claimed to have sent did not come within a day. */
  'payment.failed': Payment
  /** Too little came; the rest may still come. */
  'payment.underpaid': Payment
  /** More came than was asked for. */
  'payment.overpaid': Payment
  /** Coins came after its time was over. */
  'payment.late': Payment
  /** Coins of an asset came that it does not accept. */
  'payment.wrong_asset': Payment
  /** A fork took coins back that had come. */
  'payment.reverted': Payment
  /** The amount received changed, or all is in order again. */
  'payment.updated': Payment
  /** Coins came otherwise than they were asked for, and wait for a decision. */
  'exception.opened': PaymentException
  /** It was decided, or the chain settled it by itself. */
  'exception.resolved': PaymentException
  /** Coins are owed back to a payer. */
  'refund.created': RefundInEvent
  /** It cannot be sent now, as `problem` says: it is owed as before. */
  'refund.waiting': RefundInEvent
  /** A payout sends it. */
  'refund.sending': RefundInEvent
  /** It is with the payer, in a final block. */
  'refund.sent': RefundInEvent
  /** Its payout failed or was canceled: it is owed again. */
  'refund.failed': RefundInEvent
  /** A customer has a wallet of this asset. */
  'wallet.created': WalletInEvent
  /** Coins for the wallet were seen that are in no block yet. */
  'wallet.deposit.pending': WalletDepositInEvent
  /** Coins for the wallet are in a block that is not final yet. */
  'wallet.deposit.confirming': WalletDepositInEvent
  /** The coins are final and credited to the wallet. */
  'wallet.deposit.completed': WalletDepositInEvent
  /** A fork took the coins back, and their credit with them. */
  'wallet.deposit.reverted': WalletDepositInEvent
  /** A transaction that you named did not come within a day. */
  'wallet.deposit.not_found': WalletDepositNotFoundInEvent
  /** A withdrawal waits for a code or an approval. */
  'wallet.withdrawal.created': Payout
  /** The withdrawal is being sent. */
  'wallet.withdrawal.initiated': Payout
  /** The withdrawal is in a final block. */
  'wallet.withdrawal.completed': Payout
  /** Nothing was sent, nor will be: its money is in the wallet again. */
  'wallet.withdrawal.failed': Payout
  /** It was called back: its money is in the wallet again. */
  'wallet.withdrawal.canceled': Payout
  /** A payout was made. */
  'payout.created': Payout
  /** All that was required was given: it is being sent. */
  'payout.processing': Payout
  /** It is in a final block. */
  'payout.completed': Payout
  /** Nothing was sent, nor will be: its money is on the balance again. */
  'payout.failed': Payout
  /** It was called back: its money is on the balance again. */
  'payout.canceled': Payout
  /** Payouts were asked for together. */
  'payout_batch.created': PayoutBatch
  /** All that was required was given: its payouts are being sent. */
  'payout_batch.processing': PayoutBatch
  /** All of its payouts are in final blocks. */
  'payout_batch.completed': PayoutBatch
  /** Its payouts are at their ends; some were completed. */
  'payout_batch.partially_completed': PayoutBatch
  /** Its payouts are at their ends, and nothing was paid; some failed. */
  'payout_batch.failed': PayoutBatch
  /** All of its payouts were called back. */
  'payout_batch.canceled': PayoutBatch
  /** Another payout policy was proposed. */
  'payout_policy.change_proposed': PayoutPolicyChangeInEvent
  /** The change of the policy is approved; its delay runs. */
  'payout_policy.change_waiting': PayoutPolicyChangeInEvent
  /** The policy was changed. */
  'payout_policy.change_in_force': PayoutPolicyChangeInEvent
  /** The change of the policy was canceled. */
  'payout_policy.change_canceled': PayoutPolicyChangeInEvent
  /** A destination was listed; its cool-down runs. */
  'payout_destination.added': PayoutDestinationInEvent
  /** A destination was taken off the list. */
  'payout_destination.removed': PayoutDestinationInEvent
  /** One asset was converted into another. */
  'conversion.completed': Conversion
  /** Coins were set aside for conversions, or taken back. */
  'liquidity.moved': LiquidityMoveInEvent
  /** Deposits of an asset are credited earlier or later from now on. */
  'settings.confirmations_changed': ConfirmationPolicyInEvent
  /** Your fee for payouts is another from now on. */
  'settings.payout_fees_changed': PayoutFeesInEvent
  /** What you keep of conversions is another from now on. */
  'settings.conversions_changed': ConversionSettingsInEvent
  /** Deposits of an asset are being gathered into the treasury. */
  'sweep.created': Sweep
  /** The coins are in the treasury. */
  'sweep.completed': Sweep
  /** The coins are where they were. */
  'sweep.failed': Sweep
  /** Coins came to your own address and are on your balance. */
  'treasury.deposit.completed': TreasuryDepositInEvent
  /** A fork took such coins back, and with them what you had of them. */
  'treasury.deposit.reverted': TreasuryDepositInEvent
  /** The treasury lacks the coin that pays for the next sweeps. */
  'treasury.gas_low': GasTankInEvent
  /** The treasury has enough of that coin again. */
  'treasury.gas_enough': GasTankInEvent
  /** Other terms for a cold wallet were settled; they take effect in a day. */
  'cold.wallet.changed': ColdWalletInEvent
  /** Nothing is sent to the cold wallet any more. */
  'cold.wallet.removed': ColdWalletInEvent
  /** Coins are being sent to the cold wallet. */
  'cold.transfer.created': ColdTransferInEvent
  /** The coins are in the cold wallet. */
  'cold.transfer.completed': ColdTransferInEvent
  /** The coins are still in the treasury. */
  'cold.transfer.failed': ColdTransferInEvent
  /** A transaction was said to bring coins back from a cold wallet. */
  'cold.return.announced': ColdReturnInEvent
  /** Deposits of an asset are not credited for now. */
  'chain.crediting_halted': CreditingHaltInEvent
  /** Deposits of the asset are credited again. */
  'chain.crediting_resumed': CreditingHaltInEvent
  /** A first message was given up; nothing was acknowledged before it. */
  'webhook_endpoint.failing': WebhookEndpoint
  /** The endpoint acknowledged a message again. */
  'webhook_endpoint.recovered': WebhookEndpoint
  /** Nothing is sent to the endpoint any more. */
  'webhook_endpoint.disabled': WebhookEndpoint
  /** What happens from now on is sent to the endpoint again. */
  'webhook_endpoint.enabled': WebhookEndpoint
  /** The endpoint is no more. */
  'webhook_endpoint.deleted': WebhookEndpoint
  /** Nothing happened: somebody tries the receiver. */
  'webhook_endpoint.test': WebhookEndpoint
  /** Another ed25519 key signs messages from now on. */
  'webhook_key.created': WebhookKeyInEvent
}>

/** What can happen. A later version of the API may tell more. */
export type EventType = keyof EventObjects

/** An event of one type, as webhooks and the log tell it. */
export type EventOf<Type extends EventType> = Readonly<{
  /** The same at every delivery: remember the ids that you have handled. */
  id: string
  event: Type
  /** The object as it then was. */
  data: EventObjects[Type]
  object_id: string
  /** Counts the events of the object from 1 without gaps: a lower one is older news. */
  sequence: number
  created_at: string
  /** Present where nothing happened: the message was asked for to try an endpoint. */
  test?: true
}>

/** Any event; `event` tells which. */
export type CrytomEvent = { [Type in EventType]: EventOf<Type> }[EventType]
