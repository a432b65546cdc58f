// Made from the routes of /v1 by `npm run docs`; change those instead.

import type {
  Balance,
  CheckoutSession,
  CheckoutSessionInList,
  ColdReturnInEvent,
  ColdTransferInEvent,
  ColdWalletInEvent,
  ConfirmationPolicyInEvent,
  Conversion,
  ConversionSettingsInEvent,
  CryptoCurrency,
  CrytomEventInFull,
  Explanation,
  Invoice,
  InvoiceInList,
  LiquidityMoveInEvent,
  Payment,
  PaymentException,
  Payout,
  PayoutBatch,
  PayoutDestinationInEvent,
  PayoutFeesInEvent,
  PayoutPolicy,
  PayoutPolicyChangeInEvent,
  PriceEstimate,
  Refund,
  Sweep,
  Wallet,
  WebhookEndpoint,
  WebhookKeyInEvent,
} from './entities.ts'
import type { CrytomEvent, EventType } from './events.ts'

/** What each operation of `/v1` takes and answers. */
export type Operations = Readonly<{
  /** List currencies. */
  'GET /v1/currencies': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly CryptoCurrency[]
  }>
  /** List currency and network pairs. */
  'GET /v1/currencies/pairs': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly CryptoCurrency[]
  }>
  /** Read your balance. */
  'GET /v1/balance': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly Balance[]
  }>
  /** List when deposits are credited. */
  'GET /v1/settings/confirmations': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly ConfirmationPolicyInEvent[]
  }>
  /** Change when deposits are credited. */
  'PUT /v1/settings/confirmations': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      currency: string
      network?: string | undefined
      /** A decimal number of 0 or more; as text or as a number. */
      confirmed_below: string | number
      /** Absent: the same as `confirmed_below`. */
      safe_below?: string | number | undefined
    }>
    data: ConfirmationPolicyInEvent
  }>
  /** Read your fee for payouts. */
  'GET /v1/settings/payout-fees': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: PayoutFeesInEvent
  }>
  /** Change your fee for payouts. */
  'PUT /v1/settings/payout-fees': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** A decimal number of 0 or more; as text or as a number. */
      fixed_usd: string | number
      parts_per_million: number
      /** A decimal number of 0 or more; as text or as a number. */
      minimum_usd: string | number
    }>
    data: PayoutFeesInEvent
  }>
  /** List cold wallets. */
  'GET /v1/settings/cold-wallets': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly Readonly<{
      id: string
      currency: string
      network: string
      /** CAIP-19. */
      asset: string
      in_force: Readonly<{
        address: string
        /** What stays in the treasury. */
        keep: string
      }> | null
      /** What takes its place, and when. */
      next: Readonly<{
        address: string
        /** What stays in the treasury. */
        keep: string
        effective_at: string
      }> | null
      /** What the books have in cold wallets of the currency. */
      booked: string
      /** What the chain has at the address in force, for information: others may pay there too. Null when no node says it. */
      on_chain: string | null
    }>[]
  }>
  /** Set the cold wallet of a currency. */
  'PUT /v1/settings/cold-wallets': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      currency: string
      network?: string | undefined
      address: string
      /** A decimal number of 0 or more; as text or as a number. */
      keep: string | number
    }>
    data: ColdWalletInEvent
  }>
  /** Remove the cold wallet of a currency. */
  'DELETE /v1/settings/cold-wallets': Readonly<{
    params: undefined
    query: Readonly<{
      currency: string
      network?: string | undefined
    }>
    body: undefined
    data: ColdWalletInEvent
  }>
  /** Create a checkout session. */
  'POST /v1/checkout/sessions': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      currency: string
      product_name: string
      success_url?: string | undefined
      cancel_url?: string | undefined
      callback_url?: string | undefined
      /** What can be paid with; absent: everything that has a price and can be received. */
      accepted_assets?: readonly string[] | undefined
      customer_id?: string | undefined
      /** Up to 50 keys and 16 KiB; comes back everywhere. */
      metadata?: Readonly<Record<string, unknown>> | undefined
    }>
    data: CheckoutSession
  }>
  /** List checkout sessions. */
  'GET /v1/checkout/sessions': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          status?:
            | 'pending'
            | 'awaiting_payment'
            | 'confirming'
            | 'confirmed'
            | 'expired'
            | 'failed'
            | undefined
          customer_id?: string | undefined
          /** Made then or later. */
          created_from?: string | undefined
          /** Made earlier than that. */
          created_before?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly CheckoutSessionInList[]
  }>
  /** Retrieve a checkout session. */
  'GET /v1/checkout/sessions/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: CheckoutSession
  }>
  /** Verify a payment claim. */
  'POST /v1/checkout/sessions/:id/verify': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{
      currency: string
    }>
    data: Readonly<{
      status: 'pending' | 'confirming' | 'confirmed' | 'failed'
      message: string
      wallets: readonly Readonly<{
        currency: string
        status: string
        tx_hash: string | null
      }>[]
    }>
  }>
  /** Explain a checkout session. */
  'GET /v1/checkout/sessions/:id/explain': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Explanation
  }>
  /** Create an invoice. */
  'POST /v1/invoices': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      currency: string
      customer_email?: string | undefined
      description?: string | undefined
      redirect_url?: string | undefined
      callback_url?: string | undefined
      /** What can be paid with; absent: everything that has a price and can be received. */
      accepted_assets?: readonly string[] | undefined
      customer_id?: string | undefined
      /** Up to 50 keys and 16 KiB; comes back everywhere. */
      metadata?: Readonly<Record<string, unknown>> | undefined
    }>
    data: Invoice
  }>
  /** List invoices. */
  'GET /v1/invoices': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          status?:
            | 'pending'
            | 'awaiting_payment'
            | 'confirming'
            | 'confirmed'
            | 'expired'
            | 'failed'
            | undefined
          customer_id?: string | undefined
          /** Made then or later. */
          created_from?: string | undefined
          /** Made earlier than that. */
          created_before?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly InvoiceInList[]
  }>
  /** Fetch an invoice. */
  'GET /v1/invoices/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Invoice
  }>
  /** Explain an invoice. */
  'GET /v1/invoices/:id/explain': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Explanation
  }>
  /** Create a payment. */
  'POST /v1/payments': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      fiat_currency: string
      callback_url?: string | undefined
      /** What can be paid with; absent: everything that has a price and can be received. */
      accepted_assets?: readonly string[] | undefined
      customer_id?: string | undefined
      /** Up to 50 keys and 16 KiB; comes back everywhere. */
      metadata?: Readonly<Record<string, unknown>> | undefined
    }>
    data: Payment
  }>
  /** List payments. */
  'GET /v1/payments': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          status?:
            | 'pending'
            | 'awaiting_payment'
            | 'confirming'
            | 'confirmed'
            | 'expired'
            | 'failed'
            | undefined
          customer_id?: string | undefined
          /** Made then or later. */
          created_from?: string | undefined
          /** Made earlier than that. */
          created_before?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Readonly<{
      id: string
      currency: string
      status: string
      exception: 'none' | 'underpaid' | 'overpaid' | 'late' | 'wrong_asset' | 'reverted'
      customer_id: string | null
      metadata: Readonly<Record<string, unknown>>
      environment: 'live' | 'test'
      /** The asset in which most came, or the only one offered. */
      asset: string | null
      /** The whole price in that asset. */
      amount_due: string | null
      /** What came so far, in that asset. */
      amount_received: string
      /** Of the least sure coins that count. */
      confirmations: number
      tx_hash: string | null
      created_at: string
      expires_at: string
      payment_id: string
      type: 'checkout_session' | 'invoice' | 'payment'
      amount: string
      /** By asset code. */
      addresses: Readonly<Record<string, string>>
    }>[]
  }>
  /** Fetch a payment. */
  'GET /v1/payments/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Payment
  }>
  /** Explain a payment. */
  'GET /v1/payments/:id/explain': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Explanation
  }>
  /** List what wallets can be made for. */
  'GET /v1/wallets/supported': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly Readonly<{
      currency: string
      networks: readonly string[]
    }>[]
  }>
  /** Create a wallet. */
  'POST /v1/wallets': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      customer_id: string
      currency: string
      network: string
      label?: string | undefined
      /** Up to 50 keys and 16 KiB; comes back everywhere. */
      metadata?: Readonly<Record<string, unknown>> | undefined
    }>
    data: Wallet
  }>
  /** List wallets. */
  'GET /v1/wallets': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          customer_id?: string | undefined
          currency?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Wallet[]
  }>
  /** Read what wallets hold together. */
  'GET /v1/wallets/balance/aggregated': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          customer_id?: string | undefined
        }>
      | undefined
    body: undefined
    data: Readonly<{
      /** In US dollars, at the prices of now. */
      total_balance_usd: number
      /** The exact text of `total_balance_usd`. */
      total_balance_usd_exact: string
      /** Codes of assets that are held and have no price now: not in the total. */
      without_price: readonly string[]
      wallet_count: number
      wallets: readonly Wallet[]
    }>
  }>
  /** Find a wallet by its customer. */
  'GET /v1/wallets/lookup': Readonly<{
    params: undefined
    query: Readonly<{
      customer_id: string
      currency: string
      network: string
    }>
    body: undefined
    data: Wallet
  }>
  /** Fetch a wallet. */
  'GET /v1/wallets/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Wallet
  }>
  /** List a wallet's transactions. */
  'GET /v1/wallets/:id/transactions': Readonly<{
    params: Readonly<{
      id: string
    }>
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly (
      | Readonly<{
          id: string
          type: 'deposit'
          wallet_id: string
          customer_id: string
          metadata: Readonly<Record<string, unknown>>
          currency: string
          network: string
          /** CAIP-19. */
          asset: string
          amount: string
          /** In US dollars, at the price of now; null without a price. */
          amount_usd: number | null
          /** The exact text of `amount_usd`. */
          amount_usd_exact: string | null
          /** It is on the balance when `completed`; a fork may have `reverted` it. */
          status: 'pending' | 'confirming' | 'completed' | 'reverted'
          confirmations: number
          tx_hash: string
          deposit_address: string
          created_at: string
        }>
      | Readonly<{
          id: string
          type: 'withdrawal'
          wallet_id: string
          customer_id: string
          metadata: Readonly<Record<string, unknown>>
          currency: string
          network: string
          /** CAIP-19. */
          asset: string
          /** What is taken from the wallet, fee included. */
          amount: string
          /** In US dollars, at the price of now; null without a price. */
          amount_usd: number | null
          /** The exact text of `amount_usd`. */
          amount_usd_exact: string | null
          fee: string
          /** `failed` only when it is proved that nothing was paid and nothing will be; after it and after `canceled` the money is where it was. */
          status: 'pending_verification' | 'processing' | 'completed' | 'failed' | 'canceled'
          tx_hash: string | null
          recipient_address: string
          created_at: string
        }>
    )[]
  }>
  /** Name a transaction that paid a wallet. */
  'POST /v1/wallets/:id/deposit': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      tx_hash?: string | undefined
      simulate?: boolean | undefined
    }>
    data: Readonly<{
      type: 'deposit'
      wallet_id: string
      customer_id: string
      metadata: Readonly<Record<string, unknown>>
      currency: string
      network: string
      /** CAIP-19. */
      asset: string
      amount: string
      /** In US dollars, at the price of now; null without a price. */
      amount_usd: number | null
      /** The exact text of `amount_usd`. */
      amount_usd_exact: string | null
      status: 'pending' | 'confirming' | 'completed'
      confirmations: number
      tx_hash: string
      deposit_address: string
      /** What the transaction brought to this wallet. */
      transactions: readonly Readonly<{
        id: string
        type: 'deposit'
        wallet_id: string
        customer_id: string
        metadata: Readonly<Record<string, unknown>>
        currency: string
        network: string
        /** CAIP-19. */
        asset: string
        amount: string
        /** In US dollars, at the price of now; null without a price. */
        amount_usd: number | null
        /** The exact text of `amount_usd`. */
        amount_usd_exact: string | null
        /** It is on the balance when `completed`; a fork may have `reverted` it. */
        status: 'pending' | 'confirming' | 'completed' | 'reverted'
        confirmations: number
        tx_hash: string
        deposit_address: string
        created_at: string
      }>[]
    }>
  }>
  /** Withdraw from a wallet. */
  'POST /v1/wallets/:id/withdraw': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      recipient_address: string
      /** Your own name for it, once for ever: the same again is the same payout again. */
      external_id?: string | undefined
      /** Up to 50 keys and 16 KiB; comes back everywhere. */
      metadata?: Readonly<Record<string, unknown>> | undefined
    }>
    data: Payout
  }>
  /** Create a payout. */
  'POST /v1/payouts': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      currency: string
      network?: string | undefined
      destination_address: string
      /** Your own name for it, once for ever: the same again is the same payout again. */
      external_id?: string | undefined
      /** The fee quote of a `GET /v1/withdrawals/fee-estimate`, while it holds. */
      quote_id?: string | undefined
      customer_id?: string | undefined
      /** Up to 50 keys and 16 KiB; comes back everywhere. */
      metadata?: Readonly<Record<string, unknown>> | undefined
    }>
    data: Payout
  }>
  /** List payouts. */
  'GET /v1/payouts': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          /** `failed` only when it is proved that nothing was paid and nothing will be; after it and after `canceled` the money is where it was. */
          status?:
            'pending_verification' | 'processing' | 'completed' | 'failed' | 'canceled' | undefined
          currency?: string | undefined
          customer_id?: string | undefined
          batch_id?: string | undefined
          external_id?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Payout[]
  }>
  /** Create many payouts. */
  'POST /v1/payouts/mass': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      batch_reference?: string | undefined
      /** Your own name for it, once for ever: the same again is the same payout again. */
      external_id?: string | undefined
      destinations: readonly Readonly<{
        /** A decimal number above 0; as text or as a number. */
        amount: string | number
        currency: string
        network?: string | undefined
        address: string
        /** Your own name for it, once for ever: the same again is the same payout again. */
        external_id?: string | undefined
        customer_id?: string | undefined
        /** Up to 50 keys and 16 KiB; comes back everywhere. */
        metadata?: Readonly<Record<string, unknown>> | undefined
      }>[]
    }>
    data: PayoutBatch
  }>
  /** Fetch a payout or a batch. */
  'GET /v1/payouts/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Payout | PayoutBatch
  }>
  /** Explain a payout or a batch. */
  'GET /v1/payouts/:id/explain': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Explanation
  }>
  /** Call a payout back. */
  'POST /v1/payouts/:id/cancel': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Payout
  }>
  /** Convert a balance. */
  'POST /v1/conversions': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      from_currency: string
      from_network?: string | undefined
      to_currency: string
      to_network?: string | undefined
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      external_id?: string | undefined
      customer_id?: string | undefined
      /** Up to 50 keys and 16 KiB; comes back everywhere. */
      metadata?: Readonly<Record<string, unknown>> | undefined
    }>
    data: Conversion
  }>
  /** List conversions. */
  'GET /v1/conversions': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          customer_id?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Conversion[]
  }>
  /** Fetch a conversion. */
  'GET /v1/conversions/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Conversion
  }>
  /** Explain a conversion. */
  'GET /v1/conversions/:id/explain': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Explanation
  }>
  /** List your liquidity. */
  'GET /v1/liquidity': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly Readonly<{
      currency: string
      network: string
      /** CAIP-19. */
      asset: string
      /** What conversions into it can be served from. */
      available: string
      /** What conversions into it have earned. */
      spread: string
    }>[]
  }>
  /** Set coins aside for conversions. */
  'POST /v1/liquidity': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      currency: string
      network?: string | undefined
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      direction: 'in' | 'out' | 'earnings'
    }>
    data: LiquidityMoveInEvent
  }>
  /** Read what you keep of conversions. */
  'GET /v1/settings/conversions': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: ConversionSettingsInEvent
  }>
  /** Change what you keep of conversions. */
  'PUT /v1/settings/conversions': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      spread_ppm: number
    }>
    data: ConversionSettingsInEvent
  }>
  /** Read the least amount of a payout. */
  'GET /v1/withdrawals/min-amount': Readonly<{
    params: undefined
    query: Readonly<{
      currency: string
      network?: string | undefined
    }>
    body: undefined
    data: Readonly<{
      /** The least amount, fees included. */
      min_amount: number
      /** The exact text of `min_amount`. */
      min_amount_exact: string
      currency: string
      network: string
      /** CAIP-19. */
      asset: string
      quote_id: string
      expires_at: string
    }>
  }>
  /** Estimate the fee of a payout. */
  'GET /v1/withdrawals/fee-estimate': Readonly<{
    params: undefined
    query: Readonly<{
      currency: string
      network?: string | undefined
      /** A decimal number above 0; as text or as a number. */
      amount?: string | number | undefined
    }>
    body: undefined
    data: Readonly<{
      /** What the network is expected to take, in the currency. */
      network_fee: number
      /** The exact text of `network_fee`. */
      network_fee_exact: string
      /** The service fee, in the currency. */
      crytom_fee: number
      /** The exact text of `crytom_fee`. */
      crytom_fee_exact: string
      /** Both together: what is taken off the amount. */
      total_estimated_fee: number
      /** The exact text of `total_estimated_fee`. */
      total_estimated_fee_exact: string
      currency: string
      network: string
      /** CAIP-19. */
      asset: string
      /** The part of the amount in `crytom_fee`, in millionths. */
      crytom_fee_parts_per_million: number
      /** The least amount that can be paid out now, fees included. */
      min_amount: number
      /** The exact text of `min_amount`. */
      min_amount_exact: string
      net_amount: number | null
      /** The exact text of `net_amount`. */
      net_amount_exact: string | null
      /** Dollars for a whole one, by which the fees were reckoned. */
      price_usd: number
      /** The exact text of `price_usd`. */
      price_usd_exact: string
      /** Send it with a payout to be charged exactly this. */
      quote_id: string
      expires_at: string
    }>
  }>
  /** Estimate a price. */
  'GET /v1/prices/estimate': Readonly<{
    params: undefined
    query: Readonly<{
      /** A symbol, an ISO 4217 code, or a code such as `USDT_TRC20`. */
      base_currency: string
      /** The same for what it is told in. */
      quote_currency: string
      /** Of the base currency. */
      amount?: string | number | undefined
    }>
    body: undefined
    data: PriceEstimate
  }>
  /** List exceptions. */
  'GET /v1/exceptions': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          status?: 'open' | 'resolved' | undefined
          kind?: 'short' | 'long' | 'late' | 'foreign' | 'unmatched' | 'reverted' | undefined
          payment_id?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly PaymentException[]
  }>
  /** Fetch an exception. */
  'GET /v1/exceptions/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: PaymentException
  }>
  /** Explain an exception. */
  'GET /v1/exceptions/:id/explain': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Explanation
  }>
  /** Accept it as if it had been enough. */
  'POST /v1/exceptions/:id/accept': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{}> | undefined
    data: PaymentException
  }>
  /** Judge it at today's rate. */
  'POST /v1/exceptions/:id/reprice': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{}> | undefined
    data: PaymentException
  }>
  /** Send it back to the payer. */
  'POST /v1/exceptions/:id/refund': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body:
      | Readonly<{
          address?: string | undefined
        }>
      | undefined
    data: PaymentException
  }>
  /** Credit it. */
  'POST /v1/exceptions/:id/credit': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body:
      | Readonly<{
          customer_id?: string | undefined
        }>
      | undefined
    data: PaymentException
  }>
  /** Leave it aside. */
  'POST /v1/exceptions/:id/ignore': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{}> | undefined
    data: PaymentException
  }>
  /** List refunds. */
  'GET /v1/refunds': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Refund[]
  }>
  /** Fetch a refund. */
  'GET /v1/refunds/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Refund
  }>
  /** Explain a refund. */
  'GET /v1/refunds/:id/explain': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Explanation
  }>
  /** Send a refund. */
  'POST /v1/refunds/:id/send': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{
      address: string
    }>
    data: Refund
  }>
  /** See what a sweep would do and cost. */
  'GET /v1/sweeps/plan': Readonly<{
    params: undefined
    query: Readonly<{
      currency: string
      network?: string | undefined
    }>
    body: undefined
    data: Readonly<{
      currency: string
      network: string
      /** CAIP-19. */
      asset: string
      /** The coin in which the chain takes its fees. */
      fee_currency: string
      /** Your own address, to which everything goes. */
      treasury: string
      legs: readonly Readonly<{
        address: string
        /** The payment or wallet whose address it is. */
        owner_id: string
        /** What lies there. */
        amount: string
        /** Its part of the fee, in `fee_currency`. */
        cost: string
        /** The same in the currency; null without a price. */
        break_even: string | null
        /** Less than this stays where it is: moving it would cost more than a tenth of it. */
        min_economic: string | null
        worthwhile: boolean
      }>[]
      /** What would arrive in the treasury. */
      total: string
      /** What that would cost, in `fee_currency`, with `setup_fee`. */
      estimated_fee: string
      /** What the first sweep costs more, to put in place on the chain what it needs. */
      setup_fee: string | null
    }>
  }>
  /** Gather deposits into your treasury. */
  'POST /v1/sweeps': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      currency: string
      network?: string | undefined
    }>
    data: Sweep
  }>
  /** List sweeps. */
  'GET /v1/sweeps': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Sweep[]
  }>
  /** Fetch a sweep. */
  'GET /v1/sweeps/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Sweep
  }>
  /** See what would go to your cold wallet. */
  'GET /v1/sweeps/cold/plan': Readonly<{
    params: undefined
    query: Readonly<{
      currency: string
      network?: string | undefined
    }>
    body: undefined
    data: Readonly<{
      currency: string
      network: string
      /** CAIP-19. */
      asset: string
      /** The coin in which the chain takes its fees. */
      fee_currency: string
      /** Your own address, from which it goes. */
      treasury: string
      /** Of the cold wallet. */
      address: string
      /** What the treasury can spend: final, and not on its way out. */
      held: string
      /** What stays, by your settings. */
      keep: string
      /** What payouts hold. */
      reserved: string
      /** What would be sent. */
      amount: string
      /** The fee, in `fee_currency`. */
      cost: string
      /** The same in the currency; null without a price. */
      break_even: string | null
      /** Less than this, ten times the cost, stays. */
      min_economic: string | null
      worthwhile: boolean
    }>
  }>
  /** Send to your cold wallet what is not needed. */
  'POST /v1/sweeps/cold': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      currency: string
      network?: string | undefined
    }>
    data: ColdTransferInEvent
  }>
  /** List transfers to cold wallets. */
  'GET /v1/sweeps/cold': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly ColdTransferInEvent[]
  }>
  /** Fetch a transfer to a cold wallet. */
  'GET /v1/sweeps/cold/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: ColdTransferInEvent
  }>
  /** Announce coins that come back from a cold wallet. */
  'POST /v1/sweeps/cold/returns': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      tx_hash: string
      currency: string
      network?: string | undefined
    }>
    data: ColdReturnInEvent
  }>
  /** Explain a sweep. */
  'GET /v1/sweeps/:id/explain': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Explanation
  }>
  /** Verify a payout by a one-time code. */
  'POST /v1/payouts/:id/verify': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{
      /** Six digits. */
      otp_code?: string | undefined
      /** Six digits. */
      totp_code?: string | undefined
      /** Of the signer’s own authenticator, for a payout that waits at the signer. */
      signer_code?: string | undefined
    }>
    data: Readonly<{
      /** The payout, or the batch as a whole. */
      payout_id: string
      status: 'pending_verification' | 'processing' | 'canceled'
      /** What is still required. */
      awaiting: readonly ('otp' | 'approval')[]
      /** Approver keys that have approved. */
      approvals: number
      /** How many must. */
      approvers: number
    }>
  }>
  /** Send the one-time code again. */
  'POST /v1/payouts/:id/resend': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Readonly<{
      payout_id: string
      /** Null where no mail can be sent. */
      expires_at: string | null
      resends_left: number
    }>
  }>
  /** Approve a payout. */
  'POST /v1/payouts/:id/approve': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Readonly<{
      /** The payout, or the batch as a whole. */
      payout_id: string
      status: 'pending_verification' | 'processing' | 'canceled'
      /** What is still required. */
      awaiting: readonly ('otp' | 'approval')[]
      /** Approver keys that have approved. */
      approvals: number
      /** How many must. */
      approvers: number
    }>
  }>
  /** Reject a payout. */
  'POST /v1/payouts/:id/reject': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Readonly<{
      /** The payout, or the batch as a whole. */
      payout_id: string
      status: 'pending_verification' | 'processing' | 'canceled'
      /** What is still required. */
      awaiting: readonly ('otp' | 'approval')[]
      /** Approver keys that have approved. */
      approvals: number
      /** How many must. */
      approvers: number
    }>
  }>
  /** Read the payout policy. */
  'GET /v1/payout-policy': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: PayoutPolicy
  }>
  /** Propose another payout policy. */
  'PUT /v1/payout-policy': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** From these dollars on, for one payout or all of the hour or day before it. */
      limits: readonly Readonly<{
        per: 'payout' | 'hour' | 'day'
        /** A decimal number of 0 or more; as text or as a number. */
        from_usd: string | number
        then: 'approval' | 'refuse'
      }>[]
      /** How many approver keys must approve; who asks is never one of them. */
      approvers: number
      /** Kinds that may go to listed destinations only. */
      listed_only: readonly ('payout' | 'withdrawal' | 'refund')[]
      /** How long a destination is listed before it is usable. */
      cooldown_hours: number
      /** How long an approved change of this policy waits. */
      change_delay_hours: number
    }>
    data: PayoutPolicyChangeInEvent
  }>
  /** Approve a change of the policy. */
  'POST /v1/payout-policy/changes/:id/approve': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: PayoutPolicyChangeInEvent
  }>
  /** Cancel a change of the policy. */
  'POST /v1/payout-policy/changes/:id/cancel': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: PayoutPolicyChangeInEvent
  }>
  /** List destinations. */
  'GET /v1/payout-destinations': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly PayoutDestinationInEvent[]
  }>
  /** Add a destination. */
  'POST /v1/payout-destinations': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      network: string
      address: string
      label?: string | undefined
    }>
    data: PayoutDestinationInEvent
  }>
  /** Remove a destination. */
  'DELETE /v1/payout-destinations/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: PayoutDestinationInEvent
  }>
  /** Read the event log. */
  'GET /v1/events': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** The last event that you read. */
          after?: string | undefined
          /** Events on a page. */
          limit?: number | undefined
          type?: string | undefined
          object_id?: string | undefined
          /** What happened then or later. */
          created_from?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly CrytomEvent[]
  }>
  /** Fetch an event with its deliveries. */
  'GET /v1/events/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: CrytomEventInFull
  }>
  /** Send an event again. */
  'POST /v1/events/:id/resend': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body:
      | Readonly<{
          endpoint_id?: string | undefined
        }>
      | undefined
    data: Readonly<{
      id: string
      targets: readonly string[]
    }>
  }>
  /** Add a webhook endpoint. */
  'POST /v1/webhook-endpoints': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      url: string
      events?: readonly string[] | undefined
      description?: string | undefined
      /** `hmac`: a secret that the receiver shares; `ed25519`: your webhook keys, whose public halves `GET /v1/webhook-keys` shows. */
      signature?: 'hmac' | 'ed25519' | undefined
      /** Of `hmac`; false: the webhook secret of your account signs. */
      own_secret?: boolean | undefined
    }>
    data: Readonly<{
      id: string
      url: string
      events: readonly string[]
      description: string
      status: 'enabled' | 'disabled'
      /** `asked`: you disabled it; `failing`: for days it acknowledged nothing. */
      disabled_reason: 'asked' | 'failing' | null
      disabled_at: string | null
      /** Since when messages were sent and none was acknowledged. */
      failing_since: string | null
      /** `hmac`: a secret that the receiver shares; `ed25519`: your webhook keys, whose public halves `GET /v1/webhook-keys` shows. */
      signature: 'hmac' | 'ed25519'
      /** Of `hmac`: whether it has a secret of its own; else that of your account signs. */
      own_secret: boolean
      /** When a message that is not acknowledged is sent again, counted from its first attempt. */
      retry_after_seconds: readonly number[]
      created_at: string
      /** Shown this once; null where it has none of its own. */
      secret: string | null
    }>
  }>
  /** List webhook endpoints. */
  'GET /v1/webhook-endpoints': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly WebhookEndpoint[]
  }>
  /** Fetch a webhook endpoint. */
  'GET /v1/webhook-endpoints/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: WebhookEndpoint
  }>
  /** Change a webhook endpoint. */
  'PATCH /v1/webhook-endpoints/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{
      url?: string | undefined
      events?: readonly string[] | undefined
      description?: string | undefined
      enabled?: boolean | undefined
      /** `hmac`: a secret that the receiver shares; `ed25519`: your webhook keys, whose public halves `GET /v1/webhook-keys` shows. */
      signature?: 'hmac' | 'ed25519' | undefined
    }>
    data: WebhookEndpoint
  }>
  /** Delete a webhook endpoint. */
  'DELETE /v1/webhook-endpoints/:id': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: Readonly<{
      id: string
      deleted: true
    }>
  }>
  /** Give a webhook endpoint a new secret. */
  'POST /v1/webhook-endpoints/:id/rotate-secret': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body:
      | Readonly<{
          /** For how long the secret of before still signs; 0 where others may know it. */
          overlap_hours?: number | undefined
        }>
      | undefined
    data: Readonly<{
      id: string
      secret: string
    }>
  }>
  /** List the keys that sign your messages. */
  'GET /v1/webhook-keys': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: Readonly<{
      /** The same keys as a JSON Web Key Set; it needs no key. */
      jwks_url: string
      /** The current one first; two during a rotation. */
      keys: readonly WebhookKeyInEvent[]
    }>
  }>
  /** Make a new key that signs your messages. */
  'POST /v1/webhook-keys/rotate': Readonly<{
    params: undefined
    query: undefined
    body:
      | Readonly<{
          at_once?: boolean | undefined
        }>
      | undefined
    data: WebhookKeyInEvent
  }>
  /** Send a test event to a webhook endpoint. */
  'POST /v1/webhook-endpoints/:id/test': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body:
      | Readonly<{
          event?: EventType | undefined
        }>
      | undefined
    data:
      | Readonly<{
          event_id: string
          event: string
          /** It tries the receiver, and tells of nothing that happened. */
          test: boolean
          object_id: string
          sequence: number
          /** When it happened. */
          created_at: string
          /** A webhook endpoint, or `callback`: the object’s own URL. */
          target: string
          /** `failed`: ten attempts were made; `canceled`: its endpoint was deleted or disabled. Either can be sent again. */
          status: 'pending' | 'delivered' | 'failed' | 'canceled'
          next_attempt_at: string | null
          /** The next attempt and those after it, if none is acknowledged. */
          planned_attempts: readonly string[]
          attempts: readonly Readonly<{
            attempt: number
            started_at: string
            duration_ms: number
            /** What the receiver answered; only 2xx acknowledges. */
            status_code: number | null
            /** Why there was no answer. */
            failure:
              | 'refused'
              | 'unresolved'
              | 'unreachable'
              | 'tls'
              | 'timeout'
              | 'closed'
              | 'not_http'
              | 'internal'
              | null
            /** The beginning of what the receiver answered. */
            answer: string | null
          }>[]
          /** What is sent: the same bytes at every attempt. */
          body: string
        }>
      | Readonly<{
          event_id: string
        }>
  }>
  /** List the deliveries to a webhook endpoint. */
  'GET /v1/webhook-endpoints/:id/deliveries': Readonly<{
    params: Readonly<{
      id: string
    }>
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          /** `failed`: ten attempts were made; `canceled`: its endpoint was deleted or disabled. Either can be sent again. */
          status?: 'pending' | 'delivered' | 'failed' | 'canceled' | undefined
          type?: string | undefined
          object_id?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Readonly<{
      event_id: string
      event: string
      /** It tries the receiver, and tells of nothing that happened. */
      test: boolean
      object_id: string
      sequence: number
      /** When it happened. */
      created_at: string
      /** A webhook endpoint, or `callback`: the object’s own URL. */
      target: string
      /** `failed`: ten attempts were made; `canceled`: its endpoint was deleted or disabled. Either can be sent again. */
      status: 'pending' | 'delivered' | 'failed' | 'canceled'
      next_attempt_at: string | null
      /** How many were made. */
      attempts: number
      last_attempt: Readonly<{
        started_at: string
        status_code: number | null
        failure:
          | 'refused'
          | 'unresolved'
          | 'unreachable'
          | 'tls'
          | 'timeout'
          | 'closed'
          | 'not_http'
          | 'internal'
          | null
      }> | null
    }>[]
  }>
  /** Fetch a delivery with its attempts. */
  'GET /v1/webhook-endpoints/:id/deliveries/:event_id': Readonly<{
    params: Readonly<{
      id: string
      event_id: string
    }>
    query: undefined
    body: undefined
    data: Readonly<{
      event_id: string
      event: string
      /** It tries the receiver, and tells of nothing that happened. */
      test: boolean
      object_id: string
      sequence: number
      /** When it happened. */
      created_at: string
      /** A webhook endpoint, or `callback`: the object’s own URL. */
      target: string
      /** `failed`: ten attempts were made; `canceled`: its endpoint was deleted or disabled. Either can be sent again. */
      status: 'pending' | 'delivered' | 'failed' | 'canceled'
      next_attempt_at: string | null
      /** The next attempt and those after it, if none is acknowledged. */
      planned_attempts: readonly string[]
      attempts: readonly Readonly<{
        attempt: number
        started_at: string
        duration_ms: number
        /** What the receiver answered; only 2xx acknowledges. */
        status_code: number | null
        /** Why there was no answer. */
        failure:
          | 'refused'
          | 'unresolved'
          | 'unreachable'
          | 'tls'
          | 'timeout'
          | 'closed'
          | 'not_http'
          | 'internal'
          | null
        /** The beginning of what the receiver answered. */
        answer: string | null
      }>[]
      /** What is sent: the same bytes at every attempt. */
      body: string
    }>
  }>
  /** Send a part of the log to a webhook endpoint again. */
  'POST /v1/webhook-endpoints/:id/resends': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: Readonly<{
      /** `missed`: what the endpoint never acknowledged, told of it or not. */
      only?: 'missed' | 'all' | undefined
      event_ids?: readonly string[] | undefined
      object_id?: string | undefined
      type?: string | undefined
      /** What happened then or later. */
      from?: string | undefined
      /** What happened then or before. */
      to?: string | undefined
    }>
    data: Readonly<{
      id: string
      endpoint_id: string
      /** `completed`: all of it is queued, see the deliveries for how each went. */
      status: 'running' | 'completed' | 'canceled'
      only: 'missed' | 'all'
      event_ids: readonly string[] | null
      object_id: string | null
      type: string | null
      from: string | null
      to: string | null
      /** Events that were queued so far. */
      queued: number
      /** Events of the log that it has not looked at yet. */
      left: number
      created_at: string
      ended_at: string | null
    }>
  }>
  /** List the resends to a webhook endpoint. */
  'GET /v1/webhook-endpoints/:id/resends': Readonly<{
    params: Readonly<{
      id: string
    }>
    query: undefined
    body: undefined
    data: readonly Readonly<{
      id: string
      endpoint_id: string
      /** `completed`: all of it is queued, see the deliveries for how each went. */
      status: 'running' | 'completed' | 'canceled'
      only: 'missed' | 'all'
      event_ids: readonly string[] | null
      object_id: string | null
      type: string | null
      from: string | null
      to: string | null
      /** Events that were queued so far. */
      queued: number
      /** Events of the log that it has not looked at yet. */
      left: number
      created_at: string
      ended_at: string | null
    }>[]
  }>
  /** Fetch a resend. */
  'GET /v1/webhook-endpoints/:id/resends/:resend_id': Readonly<{
    params: Readonly<{
      id: string
      resend_id: string
    }>
    query: undefined
    body: undefined
    data: Readonly<{
      id: string
      endpoint_id: string
      /** `completed`: all of it is queued, see the deliveries for how each went. */
      status: 'running' | 'completed' | 'canceled'
      only: 'missed' | 'all'
      event_ids: readonly string[] | null
      object_id: string | null
      type: string | null
      from: string | null
      to: string | null
      /** Events that were queued so far. */
      queued: number
      /** Events of the log that it has not looked at yet. */
      left: number
      created_at: string
      ended_at: string | null
    }>
  }>
  /** Stop a resend. */
  'POST /v1/webhook-endpoints/:id/resends/:resend_id/cancel': Readonly<{
    params: Readonly<{
      id: string
      resend_id: string
    }>
    query: undefined
    body: undefined
    data: Readonly<{
      id: string
      endpoint_id: string
      /** `completed`: all of it is queued, see the deliveries for how each went. */
      status: 'running' | 'completed' | 'canceled'
      only: 'missed' | 'all'
      event_ids: readonly string[] | null
      object_id: string | null
      type: string | null
      from: string | null
      to: string | null
      /** Events that were queued so far. */
      queued: number
      /** Events of the log that it has not looked at yet. */
      left: number
      created_at: string
      ended_at: string | null
    }>
  }>
  /** List deliveries. */
  'GET /v1/deliveries': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
          /** `failed`: ten attempts were made; `canceled`: its endpoint was deleted or disabled. Either can be sent again. */
          status?: 'pending' | 'delivered' | 'failed' | 'canceled' | undefined
          type?: string | undefined
          object_id?: string | undefined
          /** A webhook endpoint, or `callback`. */
          target?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Readonly<{
      event_id: string
      event: string
      /** It tries the receiver, and tells of nothing that happened. */
      test: boolean
      object_id: string
      sequence: number
      /** When it happened. */
      created_at: string
      /** A webhook endpoint, or `callback`: the object’s own URL. */
      target: string
      /** `failed`: ten attempts were made; `canceled`: its endpoint was deleted or disabled. Either can be sent again. */
      status: 'pending' | 'delivered' | 'failed' | 'canceled'
      next_attempt_at: string | null
      /** How many were made. */
      attempts: number
      last_attempt: Readonly<{
        started_at: string
        status_code: number | null
        failure:
          | 'refused'
          | 'unresolved'
          | 'unreachable'
          | 'tls'
          | 'timeout'
          | 'closed'
          | 'not_http'
          | 'internal'
          | null
      }> | null
    }>[]
  }>
  /** Play a payer. */
  'POST /v1/sandbox/deposits': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      address: string
      currency: string
      /** Name or alias of a network. */
      network?: string | undefined
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      kind?:
        | 'normal'
        | 'internal'
        | 'fake_token'
        | 'fee_on_transfer'
        | 'replaceable'
        | 'dust'
        | undefined
      /** So many blocks are mined on it at once. */
      confirmations?: number | undefined
    }>
    data: Readonly<{
      tx_hash: string
      address: string
      currency: string
      network: string
      /** What was sent. */
      amount: string
    }>
  }>
  /** Top up your balance. */
  'POST /v1/sandbox/funds': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      currency: string
      /** Name or alias of a network. */
      network?: string | undefined
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
    }>
    data: Readonly<{
      tx_hash: string
      address: string
      currency: string
      network: string
      amount: string
      status: 'available' | 'pending'
    }>
  }>
  /** Set a price. */
  'POST /v1/sandbox/prices': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      currency: string
      price_usd: string | number | null
    }>
    data: Readonly<{
      currency: string
      price_usd: number | null
      /** The exact text of `price_usd`. */
      price_usd_exact: string | null
    }>
  }>
  /** Advance the clock. */
  'POST /v1/sandbox/clock/advance': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      seconds: number
    }>
    data: Readonly<{
      now: string
    }>
  }>
  /** Read the mail that was caught. */
  'GET /v1/sandbox/mails': Readonly<{
    params: undefined
    query:
      | Readonly<{
          /** From 1. */
          page?: number | undefined
          /** Objects on a page. */
          limit?: number | undefined
          /** `next_cursor` of the page before, in place of `page`: as quick at any depth. */
          cursor?: string | undefined
        }>
      | undefined
    body: undefined
    data: readonly Readonly<{
      id: string
      to: string
      subject: string
      text: string
      /** The one-time code in it. */
      code: string | null
      /** The payout, or the batch, that it is about. */
      payout_id: string
      created_at: string
    }>[]
  }>
  /** Mine blocks. */
  'POST /v1/sandbox/chains/mine': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** Name or alias of a network. */
      network: string
      blocks: number
    }>
    data: Readonly<{
      network: string
      height: number
      block_hash: string
    }>
  }>
  /** Fork a chain. */
  'POST /v1/sandbox/chains/reorg': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** Name or alias of a network. */
      network: string
      depth: number
      drop?: readonly string[] | undefined
    }>
    data: Readonly<{
      network: string
      height: number
      block_hash: string
    }>
  }>
  /** Replace a waiting transaction. */
  'POST /v1/sandbox/chains/replace': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** As the chain writes it. */
      tx_hash: string
    }>
    data: Readonly<{
      tx_hash: string
      replaced: string
    }>
  }>
  /** Set a node's behaviour. */
  'POST /v1/sandbox/chains/behaviour': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      /** Name or alias of a network. */
      network: string
      auto_mine?: boolean | undefined
      halt?: boolean | undefined
      /** Of a transfer, in the network's own coin; null gives it back to the node. */
      fee?: string | number | null | undefined
      refuse_broadcasts?: boolean | undefined
      forget_broadcasts?: boolean | undefined
      lie?: boolean | 'none' | 'transfers' | 'blocks' | undefined
    }>
    data: Readonly<{
      network: string
      auto_mine: boolean
      halt: boolean
      fee: string | null
      refuse_broadcasts: boolean
      forget_broadcasts: boolean
      lie: 'none' | 'transfers' | 'blocks'
    }>
  }>
  /** Go on crediting a currency. */
  'POST /v1/sandbox/chains/resume': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      currency: string
      /** Name or alias of a network. */
      network?: string | undefined
    }>
    data: Readonly<{
      currency: string
      network: string
      status: 'resumed'
    }>
  }>
}>
