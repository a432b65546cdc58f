import type { BodyOf, Calls, QueryOf } from '../call.ts'
import type { CallOptions } from '../request.ts'

type Options = CallOptions | undefined

/** Payouts: coins that leave your balance for an address. */
export const payoutsOf = ({ call, list }: Calls) => ({
  /** Give an `external_id` too: the payout is then made once for ever, not only for 30 days. */
  create: (body: BodyOf<'POST /v1/payouts'>, options?: Options) =>
    call('POST /v1/payouts', { body, options }),
  /** Up to 50 at once; all of them are accepted, or none. */
  mass: (body: BodyOf<'POST /v1/payouts/mass'>, options?: Options) =>
    call('POST /v1/payouts/mass', { body, options }),
  /** A payout, or a batch. */
  get: (id: string, options?: Options) => call('GET /v1/payouts/:id', { params: { id }, options }),
  /** The newest first. */
  list: (query?: QueryOf<'GET /v1/payouts'>, options?: Options) =>
    list('GET /v1/payouts', { query, options }),
  /** Gives the one-time code that a large payout waits for. */
  verify: (id: string, body: BodyOf<'POST /v1/payouts/:id/verify'>, options?: Options) =>
    call('POST /v1/payouts/:id/verify', { params: { id }, body, options }),
  /** Sends the one-time code again. */
  resendCode: (id: string, options?: Options) =>
    call('POST /v1/payouts/:id/resend', { params: { id }, options }),
  cancel: (id: string, options?: Options) =>
    call('POST /v1/payouts/:id/cancel', { params: { id }, options }),
  approve: (id: string, options?: Options) =>
    call('POST /v1/payouts/:id/approve', { params: { id }, options }),
  reject: (id: string, options?: Options) =>
    call('POST /v1/payouts/:id/reject', { params: { id }, options }),
  /** What a payout would cost now. */
  estimateFee: (query: QueryOf<'GET /v1/withdrawals/fee-estimate'>, options?: Options) =>
    call('GET /v1/withdrawals/fee-estimate', { query, options }),
  /** The smallest payout. */
  minAmount: (query: QueryOf<'GET /v1/withdrawals/min-amount'>, options?: Options) =>
    call('GET /v1/withdrawals/min-amount', { query, options }),
  /** Everything that happened to a payout, and why. */
  explain: (id: string, options?: Options) =>
    call('GET /v1/payouts/:id/explain', { params: { id }, options }),
})

/** What payouts need before they leave: limits, people, known destinations. */
export const payoutPolicyOf = ({ call, list }: Calls) => ({
  get: (options?: Options) => call('GET /v1/payout-policy', { options }),
  propose: (body: BodyOf<'PUT /v1/payout-policy'>, options?: Options) =>
    call('PUT /v1/payout-policy', { body, options }),
  approveChange: (
    id: string,
    body: BodyOf<'POST /v1/payout-policy/changes/:id/approve'>,
    options?: Options,
  ) => call('POST /v1/payout-policy/changes/:id/approve', { params: { id }, body, options }),
  cancelChange: (id: string, options?: Options) =>
    call('POST /v1/payout-policy/changes/:id/cancel', { params: { id }, options }),
  destinations: (query?: QueryOf<'GET /v1/payout-destinations'>, options?: Options) =>
    list('GET /v1/payout-destinations', { query, options }),
  addDestination: (body: BodyOf<'POST /v1/payout-destinations'>, options?: Options) =>
    call('POST /v1/payout-destinations', { body, options }),
  removeDestination: (id: string, options?: Options) =>
    call('DELETE /v1/payout-destinations/:id', { params: { id }, options }),
})

/** Prices, and swaps between your balances. */
export const pricesOf = ({ call, list }: Calls) => ({
  estimate: (query: QueryOf<'GET /v1/prices/estimate'>, options?: Options) =>
    call('GET /v1/prices/estimate', { query, options }),
  /** Sells one currency for another at once. */
  convert: (body: BodyOf<'POST /v1/conversions'>, options?: Options) =>
    call('POST /v1/conversions', { body, options }),
  /** The newest first. */
  listConversions: (query?: QueryOf<'GET /v1/conversions'>, options?: Options) =>
    list('GET /v1/conversions', { query, options }),
  getConversion: (id: string, options?: Options) =>
    call('GET /v1/conversions/:id', { params: { id }, options }),
  explainConversion: (id: string, options?: Options) =>
    call('GET /v1/conversions/:id/explain', { params: { id }, options }),
})

/** What conversions are paid out of. */
export const liquidityOf = ({ call }: Calls) => ({
  get: (options?: Options) => call('GET /v1/liquidity', { options }),
  change: (body: BodyOf<'POST /v1/liquidity'>, options?: Options) =>
    call('POST /v1/liquidity', { body, options }),
})

/** Burn and mint: native coins wrapped on another chain. */
export const smartContractOf = ({ call }: Calls) => ({
  routes: (options?: Options) => call('GET /v1/smart-contract/routes', { options }),
  mint: (body: BodyOf<'POST /v1/smart-contract/mint'>, options?: Options) =>
    call('POST /v1/smart-contract/mint', { body, options }),
  status: (id: string, options?: Options) =>
    call('GET /v1/smart-contract/status/:id', { params: { id }, options }),
})
