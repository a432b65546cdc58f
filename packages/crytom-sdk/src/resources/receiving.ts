import type { BodyOf, Calls, QueryOf } from '../call.ts'
import type { CallOptions } from '../request.ts'

type Options = CallOptions | undefined

/** Checkout sessions: a page that takes a payment. */
export const checkoutOf = ({ call, list }: Calls) => ({
  /** Makes a session; send your customer to its `checkout_url`. */
  create: (body: BodyOf<'POST /v1/checkout/sessions'>, options?: Options) =>
    call('POST /v1/checkout/sessions', { body, options }),
  get: (id: string, options?: Options) =>
    call('GET /v1/checkout/sessions/:id', { params: { id }, options }),
  /** The newest first. */
  list: (query?: QueryOf<'GET /v1/checkout/sessions'>, options?: Options) =>
    list('GET /v1/checkout/sessions', { query, options }),
  /** Says that the payer claims to have paid. A hint: it books nothing. */
  verify: (id: string, body: BodyOf<'POST /v1/checkout/sessions/:id/verify'>, options?: Options) =>
    call('POST /v1/checkout/sessions/:id/verify', { params: { id }, body, options }),
  /** Everything that happened to a session, and why. */
  explain: (id: string, options?: Options) =>
    call('GET /v1/checkout/sessions/:id/explain', { params: { id }, options }),
})

/** Invoices. */
export const invoicesOf = ({ call, list }: Calls) => ({
  create: (body: BodyOf<'POST /v1/invoices'>, options?: Options) =>
    call('POST /v1/invoices', { body, options }),
  get: (id: string, options?: Options) => call('GET /v1/invoices/:id', { params: { id }, options }),
  /** The newest first. */
  list: (query?: QueryOf<'GET /v1/invoices'>, options?: Options) =>
    list('GET /v1/invoices', { query, options }),
  /** Everything that happened to an invoice, and why. */
  explain: (id: string, options?: Options) =>
    call('GET /v1/invoices/:id/explain', { params: { id }, options }),
})

/** Payments: those made here, and all checkout sessions and invoices. */
export const paymentsOf = ({ call, list }: Calls) => ({
  create: (body: BodyOf<'POST /v1/payments'>, options?: Options) =>
    call('POST /v1/payments', { body, options }),
  /** A payment, session or invoice. */
  get: (id: string, options?: Options) => call('GET /v1/payments/:id', { params: { id }, options }),
  /** Payments, sessions and invoices, the newest first. */
  list: (query?: QueryOf<'GET /v1/payments'>, options?: Options) =>
    list('GET /v1/payments', { query, options }),
  /** Everything that happened to a payment, and why. */
  explain: (id: string, options?: Options) =>
    call('GET /v1/payments/:id/explain', { params: { id }, options }),
})

/** Coins that came late, short, long, in the wrong asset or for nobody, and what to do with them. */
export const exceptionsOf = ({ call, list }: Calls) => ({
  get: (id: string, options?: Options) =>
    call('GET /v1/exceptions/:id', { params: { id }, options }),
  list: (query?: QueryOf<'GET /v1/exceptions'>, options?: Options) =>
    list('GET /v1/exceptions', { query, options }),
  explain: (id: string, options?: Options) =>
    call('GET /v1/exceptions/:id/explain', { params: { id }, options }),
  accept: (id: string, body?: BodyOf<'POST /v1/exceptions/:id/accept'>, options?: Options) =>
    call('POST /v1/exceptions/:id/accept', { params: { id }, body, options }),
  reprice: (id: string, body?: BodyOf<'POST /v1/exceptions/:id/reprice'>, options?: Options) =>
    call('POST /v1/exceptions/:id/reprice', { params: { id }, body, options }),
  refund: (id: string, body: BodyOf<'POST /v1/exceptions/:id/refund'>, options?: Options) =>
    call('POST /v1/exceptions/:id/refund', { params: { id }, body, options }),
  credit: (id: string, body?: BodyOf<'POST /v1/exceptions/:id/credit'>, options?: Options) =>
    call('POST /v1/exceptions/:id/credit', { params: { id }, body, options }),
  ignore: (id: string, body?: BodyOf<'POST /v1/exceptions/:id/ignore'>, options?: Options) =>
    call('POST /v1/exceptions/:id/ignore', { params: { id }, body, options }),
})

/** Money that goes back to payers. */
export const refundsOf = ({ call, list }: Calls) => ({
  get: (id: string, options?: Options) => call('GET /v1/refunds/:id', { params: { id }, options }),
  list: (query?: QueryOf<'GET /v1/refunds'>, options?: Options) =>
    list('GET /v1/refunds', { query, options }),
  send: (id: string, body: BodyOf<'POST /v1/refunds/:id/send'>, options?: Options) =>
    call('POST /v1/refunds/:id/send', { params: { id }, body, options }),
  explain: (id: string, options?: Options) =>
    call('GET /v1/refunds/:id/explain', { params: { id }, options }),
})
