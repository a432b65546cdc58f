import type { BodyOf, Calls, QueryOf } from '../call.ts'
import type { CallOptions } from '../request.ts'

type Options = CallOptions | undefined

/** Wallets: one address for each customer, currency and network, for ever. */
export const walletsOf = ({ call, list }: Calls) => ({
  /** Makes a wallet, or gives the one that is there for the same customer, currency, network. */
  create: (body: BodyOf<'POST /v1/wallets'>, options?: Options) =>
    call('POST /v1/wallets', { body, options }),
  get: (id: string, options?: Options) => call('GET /v1/wallets/:id', { params: { id }, options }),
  /** The newest first. */
  list: (query?: QueryOf<'GET /v1/wallets'>, options?: Options) =>
    list('GET /v1/wallets', { query, options }),
  /** The wallet of a customer for a currency on a network. */
  lookup: (query: QueryOf<'GET /v1/wallets/lookup'>, options?: Options) =>
    call('GET /v1/wallets/lookup', { query, options }),
  /** Currencies and networks for which there are wallets. */
  supported: (options?: Options) => call('GET /v1/wallets/supported', { options }),
  /** What all wallets, or those of one customer, are worth together. */
  aggregatedBalance: (query?: QueryOf<'GET /v1/wallets/balance/aggregated'>, options?: Options) =>
    call('GET /v1/wallets/balance/aggregated', { query, options }),
  /** Deposits and withdrawals of a wallet, the newest first. */
  transactions: (
    id: string,
    query?: QueryOf<'GET /v1/wallets/:id/transactions'>,
    options?: Options,
  ) => list('GET /v1/wallets/:id/transactions', { params: { id }, query, options }),
  /** Says that a transaction pays into the wallet. What is credited is what the chain shows. */
  recordDeposit: (id: string, body: BodyOf<'POST /v1/wallets/:id/deposit'>, options?: Options) =>
    call('POST /v1/wallets/:id/deposit', { params: { id }, body, options }),
  /** Sends coins out of the wallet; the fee is the customer's. */
  withdraw: (id: string, body: BodyOf<'POST /v1/wallets/:id/withdraw'>, options?: Options) =>
    call('POST /v1/wallets/:id/withdraw', { params: { id }, body, options }),
})

/** What you have. */
export const balanceOf = ({ call }: Calls) => ({
  /** One entry for each currency and network. */
  get: (options?: Options) => call('GET /v1/balance', { options }),
})

/** Currencies and networks. */
export const currenciesOf = ({ call }: Calls) => ({
  list: (options?: Options) => call('GET /v1/currencies', { options }),
  pairs: (options?: Options) => call('GET /v1/currencies/pairs', { options }),
})

/** Gathering coins from deposit addresses, and moving them to and from cold wallets. */
export const sweepsOf = ({ call, list }: Calls) => ({
  plan: (query: QueryOf<'GET /v1/sweeps/plan'>, options?: Options) =>
    call('GET /v1/sweeps/plan', { query, options }),
  create: (body: BodyOf<'POST /v1/sweeps'>, options?: Options) =>
    call('POST /v1/sweeps', { body, options }),
  get: (id: string, options?: Options) => call('GET /v1/sweeps/:id', { params: { id }, options }),
  list: (query?: QueryOf<'GET /v1/sweeps'>, options?: Options) =>
    list('GET /v1/sweeps', { query, options }),
  explain: (id: string, options?: Options) =>
    call('GET /v1/sweeps/:id/explain', { params: { id }, options }),
})

/** Coins on their way to cold wallets, and back. */
export const coldTransfersOf = ({ call, list }: Calls) => ({
  plan: (query: QueryOf<'GET /v1/sweeps/cold/plan'>, options?: Options) =>
    call('GET /v1/sweeps/cold/plan', { query, options }),
  create: (body: BodyOf<'POST /v1/sweeps/cold'>, options?: Options) =>
    call('POST /v1/sweeps/cold', { body, options }),
  get: (id: string, options?: Options) =>
    call('GET /v1/sweeps/cold/:id', { params: { id }, options }),
  list: (query?: QueryOf<'GET /v1/sweeps/cold'>, options?: Options) =>
    list('GET /v1/sweeps/cold', { query, options }),
  /** Says that a transaction brings coins back. */
  announceReturn: (body: BodyOf<'POST /v1/sweeps/cold/returns'>, options?: Options) =>
    call('POST /v1/sweeps/cold/returns', { body, options }),
})

/** What an organization can settle for itself. */
export const settingsOf = ({ call }: Calls) => ({
  confirmations: (options?: Options) => call('GET /v1/settings/confirmations', { options }),
  changeConfirmations: (body: BodyOf<'PUT /v1/settings/confirmations'>, options?: Options) =>
    call('PUT /v1/settings/confirmations', { body, options }),
  payoutFees: (options?: Options) => call('GET /v1/settings/payout-fees', { options }),
  changePayoutFees: (body: BodyOf<'PUT /v1/settings/payout-fees'>, options?: Options) =>
    call('PUT /v1/settings/payout-fees', { body, options }),
  coldWallets: (options?: Options) => call('GET /v1/settings/cold-wallets', { options }),
  changeColdWallet: (body: BodyOf<'PUT /v1/settings/cold-wallets'>, options?: Options) =>
    call('PUT /v1/settings/cold-wallets', { body, options }),
  deleteColdWallet: (query: QueryOf<'DELETE /v1/settings/cold-wallets'>, options?: Options) =>
    call('DELETE /v1/settings/cold-wallets', { query, options }),
  conversions: (options?: Options) => call('GET /v1/settings/conversions', { options }),
  changeConversions: (body: BodyOf<'PUT /v1/settings/conversions'>, options?: Options) =>
    call('PUT /v1/settings/conversions', { body, options }),
})
