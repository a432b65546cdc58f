// Made from the routes of /v1 by `npm run docs`; change those instead.

/** A checkout session, as the API answers it. */
export type CheckoutSession = Readonly<{
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
  payment_details: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    address: string
    status: string
    amount_received: string
    /** The quoted price of a whole one in the currency. */
    rate: string
    tx_hash: string | null
  }>[]
  deposits: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    deposit_id: string
    address: string
    tx_hash: string
    kind: 'part' | 'late' | 'foreign' | 'unmatched'
    status: 'seen' | 'confirmed' | 'safe' | 'final' | 'reverted'
    confirmations: number
    seen_at: string
  }>[]
  callback_url: string | null
  /** Where to send your customer. */
  checkout_url: string
  product_name: string
  amount: string
  /** When the payer first said that it was paid. */
  claimed_at: string | null
  success_url: string | null
  cancel_url: string | null
}>

/** A checkout session in list, as the API answers it. */
export type CheckoutSessionInList = Readonly<{
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
  /** Where to send your customer. */
  checkout_url: string
  product_name: string
  amount: string
  /** When the payer first said that it was paid. */
  claimed_at: string | null
  success_url: string | null
  cancel_url: string | null
}>

/** An invoice, as the API answers it. */
export type Invoice = Readonly<{
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
  payment_details: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    address: string
    status: string
    amount_received: string
    /** The quoted price of a whole one in the currency. */
    rate: string
    tx_hash: string | null
  }>[]
  deposits: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    deposit_id: string
    address: string
    tx_hash: string
    kind: 'part' | 'late' | 'foreign' | 'unmatched'
    status: 'seen' | 'confirmed' | 'safe' | 'final' | 'reverted'
    confirmations: number
    seen_at: string
  }>[]
  callback_url: string | null
  amount: number
  /** The exact text of `amount`. */
  amount_exact: string
  /** Where your customer pays it. */
  hosted_url: string
  description: string | null
  redirect_url: string | null
  /** Kept sealed; in no event and in no list. */
  customer_email: string | null
}>

/** An invoice in list, as the API answers it. */
export type InvoiceInList = Readonly<{
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
  amount: number
  /** The exact text of `amount`. */
  amount_exact: string
  /** Where your customer pays it. */
  hosted_url: string
  description: string | null
  redirect_url: string | null
}>

/** A payment, as the API answers it. */
export type Payment = Readonly<{
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
  payment_details: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    address: string
    status: string
    amount_received: string
    /** The quoted price of a whole one in the currency. */
    rate: string
    tx_hash: string | null
  }>[]
  deposits: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    deposit_id: string
    address: string
    tx_hash: string
    kind: 'part' | 'late' | 'foreign' | 'unmatched'
    status: 'seen' | 'confirmed' | 'safe' | 'final' | 'reverted'
    confirmations: number
    seen_at: string
  }>[]
  callback_url: string | null
  payment_id: string
  type: 'checkout_session' | 'invoice' | 'payment'
  amount: string
  /** By asset code. */
  addresses: Readonly<Record<string, string>>
}>

/** A wallet, as the API answers it. */
export type Wallet = Readonly<{
  /** The same as `wallet_id`. */
  id: string
  wallet_id: string
  customer_id: string
  metadata: Readonly<Record<string, unknown>>
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  label: string | null
  /** What the customer may spend. */
  balance: string
  /** On its way, and not credited yet. */
  pending_balance: string
  /** In US dollars, at the price of now; null without a price. */
  balance_usd: number | null
  /** The exact text of `balance_usd`. */
  balance_usd_exact: string | null
  /** Where the customer pays to. */
  deposit_address: string
  environment: 'live' | 'test'
  created_at: string
}>

/** A payout, as the API answers it. */
export type Payout = Readonly<{
  /** The same as `payout_id`. */
  id: string
  payout_id: string
  kind: 'payout' | 'withdrawal' | 'refund'
  /** `failed` only when it is proved that nothing was paid and nothing will be; after it and after `canceled` the money is where it was. */
  status: 'pending_verification' | 'processing' | 'completed' | 'failed' | 'canceled'
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  /** What is taken from the balance, fee included. */
  amount: number
  /** The exact text of `amount`. */
  amount_exact: string
  /** What is kept of it, in the same currency. */
  estimated_fee: number
  /** The exact text of `estimated_fee`. */
  estimated_fee_exact: string
  /** What arrives. */
  net_amount: number
  /** The exact text of `net_amount`. */
  net_amount_exact: string
  /** `amount` in US dollars when it was asked for; null without a price. */
  amount_usd: number | null
  /** The exact text of `amount_usd`. */
  amount_usd_exact: string | null
  destination_address: string
  tx_hash: string | null
  /** What the chain took for it, in `network_fee_currency`; null until it is known. */
  network_fee: string | null
  network_fee_currency: string
  /** Why nothing was paid, or what it waits for. */
  problem: string | null
  /** Its money is on the balance again. */
  rollback_confirmed: boolean
  /** The wallet that a withdrawal takes from. */
  wallet_id: string | null
  refund_id: string | null
  batch_id: string | null
  external_id: string | null
  customer_id: string | null
  metadata: Readonly<Record<string, unknown>>
  environment: 'live' | 'test'
  created_at: string
  ended_at: string | null
}>

/** A payout batch, as the API answers it. */
export type PayoutBatch = Readonly<{
  /** The same as `batch_id`. */
  id: string
  batch_id: string
  batch_reference: string | null
  external_id: string | null
  /** As far as its payouts are, the least far of them; how they ended, when all have. */
  status:
    | 'pending_verification'
    | 'processing'
    | 'completed'
    | 'failed'
    | 'canceled'
    | 'partially_completed'
  total_payouts: number
  /** The plain sum of the amounts, whatever they are amounts of. */
  total_amount: number
  /** The exact text of `total_amount`. */
  total_amount_exact: string
  /** The sums of each asset. */
  totals: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    count: number
    /** What is taken, fees included. */
    amount: number
    /** The exact text of `amount`. */
    amount_exact: string
    /** What is kept of it. */
    estimated_fee: number
    /** The exact text of `estimated_fee`. */
    estimated_fee_exact: string
    /** What arrives. */
    net_amount: number
    /** The exact text of `net_amount`. */
    net_amount_exact: string
  }>[]
  /** How many of its payouts are in which state. */
  payouts_by_status: Readonly<Record<string, number>>
  created_at: string
}>

/** A price estimate, as the API answers it. */
export type PriceEstimate = Readonly<{
  /** How much of the quote currency a whole one of the base currency is worth. */
  rate: number
  /** The exact text of `rate`. */
  rate_exact: string
  /** `amount` at that rate, rounded down; null without an amount. */
  estimated_received: number | null
  /** The exact text of `estimated_received`. */
  estimated_received_exact: string | null
  base_currency: string
  quote_currency: string
  source: 'sandbox' | 'exchanges'
  /** What the rate rests on; none between dollars alone. */
  sources: readonly string[]
  at: string
  expires_at: string
}>

/** A conversion, as the API answers it. */
export type Conversion = Readonly<{
  /** The same as `conversion_id`. */
  id: string
  conversion_id: string
  /** A conversion is done at once or refused. */
  status: 'completed'
  from: string
  from_network: string
  /** CAIP-19. */
  from_asset: string
  to: string
  to_network: string
  /** CAIP-19. */
  to_asset: string
  /** What was given, in `from`. */
  amount: number
  /** The exact text of `amount`. */
  amount_exact: string
  /** What was received, in `to`. */
  received_amount: number
  /** The exact text of `received_amount`. */
  received_amount_exact: string
  /** What a whole `from` brought, the spread kept: `amount` times this is `received_amount`, rounded down to what `to` can count. */
  rate_applied: number
  /** The exact text of `rate_applied`. */
  rate_applied_exact: string
  /** The rate before the spread. */
  market_rate: number
  /** The exact text of `market_rate`. */
  market_rate_exact: string
  /** What was kept as spread, in `to`. */
  spread_amount: number
  /** The exact text of `spread_amount`. */
  spread_amount_exact: string
  /** The spread in parts per million. */
  spread_ppm: number
  /** What the rate was made from: the price of either side, `from` first. */
  prices: readonly Readonly<{
    currency: string
    price_usd: number
    /** The exact text of `price_usd`. */
    price_usd_exact: string
    at: string
    sources: readonly string[]
  }>[]
  external_id: string | null
  customer_id: string | null
  metadata: Readonly<Record<string, unknown>>
  environment: 'live' | 'test'
  created_at: string
}>

/** A balance, as the API answers it. */
export type Balance = Readonly<{
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  /** What you may spend now. */
  available: string
  /** Seen on chain and not final yet. */
  pending: string
  /** Set aside for payouts on their way. */
  reserved: string
  /** `available` in US dollars; null without a price. */
  balance_usd: number | null
  /** The exact text of `balance_usd`. */
  balance_usd_exact: string | null
}>

/** A crypto currency, as the API answers it. */
export type CryptoCurrency = Readonly<{
  currency: string
  network: string
  /** Decimals of an amount. */
  precision: number
  /** Currency and network in one word. */
  code: string
  name: string
  standard: string
  /** CAIP-19. */
  asset: string
  /** A token's contract; none for a coin. */
  contract?: string
}>

/** A payment exception, as the API answers it. */
export type PaymentException = Readonly<{
  id: string
  kind: 'short' | 'long' | 'late' | 'foreign' | 'unmatched' | 'reverted'
  status: 'open' | 'resolved'
  payment_id: string | null
  payment_status: string | null
  customer_id: string | null
  metadata: Readonly<Record<string, unknown>>
  /** What it is about: an entry for each deposit. */
  coins: readonly unknown[]
  /** What can be done about it. */
  verbs: readonly ('accept' | 'reprice' | 'refund' | 'credit' | 'ignore')[]
  resolution: 'accept' | 'reprice' | 'refund' | 'credit' | 'ignore' | 'settled' | null
  /** Of `reprice`: the prices in dollars that it was judged by; null where none was. */
  prices: Readonly<Record<string, unknown>> | null
  credited_customer_id: string | null
  refunds: readonly Refund[]
  opened_at: string
  resolved_at: string | null
}>

/** A refund, as the API answers it. */
export type Refund = Readonly<{
  id: string
  /** When its payout fails it awaits one again, and `problem` says why. */
  status: 'awaiting_payout' | 'sending' | 'sent'
  exception_id: string
  payment_id: string | null
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  amount: string
  /** Where to; null as long as nobody said. */
  address: string | null
  /** The last payout that was begun for it. */
  payout_id: string | null
  tx_hash: string | null
  /** Why it was not sent. */
  problem: string | null
  created_at: string
}>

/** A sweep, as the API answers it. */
export type Sweep = Readonly<{
  id: string
  status: 'sending' | 'completed' | 'failed'
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
    owner_id: string
    /** What was to be moved. */
    amount: string
    /** Its part of the fee, booked against its owner. */
    fee: string | null
  }>[]
  /** As the plan said. */
  estimated_fee: string
  /** What it cost. */
  fee: string | null
  tx_hash: string | null
  /** Why it failed, or what holds it up now. */
  problem: string | null
  created_at: string
  ended_at: string | null
}>

/** A crytom event in full, as the API answers it. */
export type CrytomEventInFull = Readonly<{
  id: string
  event: string
  /** It tries a receiver, and tells of nothing that happened. */
  test?: true
  /** The object as it then was. */
  data: Readonly<Record<string, unknown>>
  object_id: string
  /** Counts the events of the object from 1 without gaps. */
  sequence: number
  created_at: string
  deliveries: readonly Readonly<{
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
  }>[]
}>

/** A webhook endpoint, as the API answers it. */
export type WebhookEndpoint = Readonly<{
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
}>

/** A payout policy, as the API answers it. */
export type PayoutPolicy = Readonly<{
  /** 0: the policy of new organizations. */
  version: number
  limits: readonly Readonly<{
    per: 'payout' | 'hour' | 'day'
    from_usd: string
    then: 'approval' | 'refuse'
  }>[]
  approvers: number
  listed_only: readonly ('payout' | 'withdrawal' | 'refund')[]
  cooldown_hours: number
  change_delay_hours: number
  in_force_since: string | null
  /** The change that is to be decided or waits. */
  change: PayoutPolicyChangeInEvent | null
}>

/** An explanation, as the API answers it. */
export type Explanation = Readonly<{
  id: string
  /** As `status` of the object itself. */
  state: string
  reason: Readonly<{
    code: string
    message: string
  }>
  /** Who has to act; null at an end. */
  waits_for:
    | 'payer'
    | 'chain'
    | 'confirmations'
    | 'decision'
    | 'code'
    | 'approval'
    | 'sender'
    | 'signer'
    | 'coins'
    | 'operator'
    | null
  /** When something happens to it by itself. */
  next_at: string | null
  /** What you can do; null: nothing but wait. */
  what_to_do: string | null
  /** What happened, oldest first. */
  timeline: readonly Readonly<{
    at: string
    kind:
      | 'created'
      | 'quoted'
      | 'claimed'
      | 'seen'
      | 'in_block'
      | 'credited'
      | 'reverted'
      | 'booked'
      | 'changed'
      | 'exception_opened'
      | 'exception_resolved'
      | 'required'
      | 'code_sent'
      | 'verified'
      | 'planned'
      | 'built'
      | 'signed'
      | 'broadcast'
      | 'replaced'
      | 'mined'
      | 'final'
      | 'failed'
    /** Who it is known from. */
    source: 'chain' | 'request' | 'ledger' | 'signer' | 'clock'
    sentence: string
    reference: Readonly<{
      tx_hash: string | null
      block: Readonly<{
        height: number
        hash: string
      }> | null
      /** In the journal. */
      entry_id: string | null
      /** `GET /v1/events/:id` shows it. */
      event_id: string | null
      /** A deposit, exception or refund that it tells of. */
      object_id: string | null
    }>
  }>[]
}>

/** A checkout session in event, as the API answers it. */
export type CheckoutSessionInEvent = Readonly<{
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
  payment_details: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    address: string
    status: string
    amount_received: string
    /** The quoted price of a whole one in the currency. */
    rate: string
    tx_hash: string | null
  }>[]
  deposits: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    deposit_id: string
    address: string
    tx_hash: string
    kind: 'part' | 'late' | 'foreign' | 'unmatched'
    status: 'seen' | 'confirmed' | 'safe' | 'final' | 'reverted'
    confirmations: number
    seen_at: string
  }>[]
  callback_url: string | null
  /** Where to send your customer. */
  checkout_url: string
  product_name: string
  amount: string
  /** When the payer first said that it was paid. */
  claimed_at: string | null
  success_url: string | null
  cancel_url: string | null
  /** The same as `customer_id`. */
  customerId: string | null
}>

/** An invoice in event, as the API answers it. */
export type InvoiceInEvent = Readonly<{
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
  payment_details: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    address: string
    status: string
    amount_received: string
    /** The quoted price of a whole one in the currency. */
    rate: string
    tx_hash: string | null
  }>[]
  deposits: readonly Readonly<{
    currency: string
    network: string
    /** CAIP-19. */
    asset: string
    amount: string
    deposit_id: string
    address: string
    tx_hash: string
    kind: 'part' | 'late' | 'foreign' | 'unmatched'
    status: 'seen' | 'confirmed' | 'safe' | 'final' | 'reverted'
    confirmations: number
    seen_at: string
  }>[]
  callback_url: string | null
  amount: number
  /** The exact text of `amount`. */
  amount_exact: string
  /** Where your customer pays it. */
  hosted_url: string
  description: string | null
  redirect_url: string | null
}>

/** A refund in event, as the API answers it. */
export type RefundInEvent = Readonly<{
  id: string
  /** When its payout fails it awaits one again, and `problem` says why. */
  status: 'awaiting_payout' | 'sending' | 'sent'
  exception_id: string
  payment_id: string | null
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  amount: string
  /** Where to; null as long as nobody said. */
  address: string | null
  /** The last payout that was begun for it. */
  payout_id: string | null
  tx_hash: string | null
  /** Why it was not sent. */
  problem: string | null
  created_at: string
  /** Of `refund.failed`: what its payout had set aside is owed again. */
  rollback_confirmed?: true
}>

/** A wallet in event, as the API answers it. */
export type WalletInEvent = Readonly<{
  /** The same as `wallet_id`. */
  id: string
  wallet_id: string
  customer_id: string
  metadata: Readonly<Record<string, unknown>>
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  label: string | null
  /** What the customer may spend. */
  balance: string
  /** On its way, and not credited yet. */
  pending_balance: string
  /** Where the customer pays to. */
  deposit_address: string
  environment: 'live' | 'test'
  created_at: string
}>

/** A wallet deposit in event, as the API answers it. */
export type WalletDepositInEvent = Readonly<{
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
  /** It is on the balance when `completed`; a fork may have `reverted` it. */
  status: 'pending' | 'confirming' | 'completed' | 'reverted'
  confirmations: number
  tx_hash: string
  deposit_address: string
  created_at: string
  /** Of the wallet. */
  label: string | null
  /** What the wallet holds with it. */
  new_balance: string
  environment: 'live' | 'test'
}>

/** A wallet deposit not found in event, as the API answers it. */
export type WalletDepositNotFoundInEvent = Readonly<{
  wallet_id: string
  customer_id: string
  currency: string
  network: string
  /** What was said to have been sent. */
  amount: string
  tx_hash: string
  status: 'not_found'
}>

/** A payout policy change in event, as the API answers it. */
export type PayoutPolicyChangeInEvent = Readonly<{
  id: string
  state: 'proposed' | 'waiting' | 'in_force' | 'canceled'
  policy: Readonly<{
    limits: readonly Readonly<{
      per: 'payout' | 'hour' | 'day'
      from_usd: string
      then: 'approval' | 'refuse'
    }>[]
    approvers: number
    listed_only: readonly ('payout' | 'withdrawal' | 'refund')[]
    cooldown_hours: number
    change_delay_hours: number
  }>
  /** The API key that proposed it; it cannot approve it. */
  proposed_by: string
  /** How many approver keys must approve it. */
  approvers: number
  approved_by: readonly string[]
  problem: string | null
  created_at: string
  /** When it takes effect, once it is approved. */
  effective_at: string | null
  ended_at: string | null
}>

/** A payout destination in event, as the API answers it. */
export type PayoutDestinationInEvent = Readonly<{
  id: string
  network: string
  address: string
  label: string | null
  added_by: string
  created_at: string
  /** From when on money may go there. */
  usable_at: string
}>

/** A liquidity move in event, as the API answers it. */
export type LiquidityMoveInEvent = Readonly<{
  id: string
  direction: 'in' | 'out' | 'earnings'
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  amount: string
  /** What the liquidity holds after it. */
  liquidity: string
  environment: 'live' | 'test'
}>

/** A confirmation policy in event, as the API answers it. */
export type ConfirmationPolicyInEvent = Readonly<{
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  /** Less than this is credited in any block. */
  confirmed_below: string
  /** Less than this is credited when its block is safe; the rest when it is final. */
  safe_below: string
}>

/** A payout fees in event, as the API answers it. */
export type PayoutFeesInEvent = Readonly<{
  /** Taken from every payout, in dollars; 0 unless you settle it. */
  fixed_usd: string
  /** Taken beside it, in millionths of the amount: 2500 is a quarter percent. */
  parts_per_million: number
  /** What a payout has to be worth at least, in dollars. */
  minimum_usd: string
}>

/** A conversion settings in event, as the API answers it. */
export type ConversionSettingsInEvent = Readonly<{
  /** What you keep of conversions, in parts per million of their worth. */
  spread_ppm: number
}>

/** A treasury deposit in event, as the API answers it. */
export type TreasuryDepositInEvent = Readonly<{
  id: string
  type: 'deposit'
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  /** What came. */
  amount: string
  /** What of it is new on your balance. */
  credited_amount: string
  status: 'completed' | 'reverted'
  tx_hash: string
  /** Of your treasury. */
  deposit_address: string
  environment: 'live' | 'test'
  created_at: string
}>

/** A gas tank in event, as the API answers it. */
export type GasTankInEvent = Readonly<{
  network: string
  /** Of your treasury, where the coin is missing. */
  address: string
  currency: string
  /** What is there. */
  amount: string
  /** What the next ten sweeps take. */
  wanted: string
  status: 'low' | 'enough'
}>

/** A cold wallet in event, as the API answers it. */
export type ColdWalletInEvent = Readonly<{
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
}>

/** A cold transfer in event, as the API answers it. */
export type ColdTransferInEvent = Readonly<{
  id: string
  status: 'sending' | 'completed' | 'failed'
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
  /** What is sent. */
  amount: string
  /** As the plan said. */
  estimated_fee: string
  /** What it cost. */
  fee: string | null
  tx_hash: string | null
  /** Why it failed, or what holds it up now. */
  problem: string | null
  created_at: string
  ended_at: string | null
}>

/** A cold return in event, as the API answers it. */
export type ColdReturnInEvent = Readonly<{
  tx_hash: string
  currency: string
  network: string
}>

/** A crediting halt in event, as the API answers it. */
export type CreditingHaltInEvent = Readonly<{
  id: string
  currency: string
  network: string
  /** CAIP-19. */
  asset: string
  status: 'halted' | 'resumed'
  reason: string
  halted_at: string
  resumed_at: string | null
}>

/** A webhook key in event, as the API answers it. */
export type WebhookKeyInEvent = Readonly<{
  id: string
  algorithm: 'ed25519'
  /** As Standard Webhooks writes it: `whpk_` and base64 of its 32 bytes. */
  public_key: string
  created_at: string
  /** When it ceases to sign beside the one after it. */
  retires_at: string | null
}>
