import { findConversionExplanation } from '../../conversions/explain-conversion.action.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import type { Explanation } from '../../explain/explanation.ts'
import {
  findExceptionExplanation,
  findPaymentExplanation,
  findRefundExplanation,
} from '../../payments/explain-payment.action.ts'
import { findPayoutExplanation } from '../../payouts/explain-payout.action.ts'
import type { Book } from '../../shell/book.ts'
import { findSweepExplanation } from '../../sweeps/explain-sweep.action.ts'
import type { ApiCtx } from '../context.ts'
import { route, type Route } from '../route.ts'
import { ExplanationShape, explanationOnWire } from './explain-shapes.ts'
import { idParams } from './payment-shapes.ts'

/** `GET /v1/payments/:id/explain` */
export const explainAPayment = explanation('/v1/payments', {
  what: 'a payment',
  tag: 'Payments',
  unknown: 'payments.payment_unknown',
  find: (ctx, book, id) => findPaymentExplanation(ctx, book, { id }),
})

/** `GET /v1/checkout/sessions/:id/explain` */
export const explainCheckoutSession = explanation('/v1/checkout/sessions', {
  what: 'a checkout session',
  tag: 'Checkout',
  unknown: 'payments.payment_unknown',
  find: (ctx, book, id) => findPaymentExplanation(ctx, book, { id, face: 'checkout' }),
})

/** `GET /v1/invoices/:id/explain` */
export const explainInvoice = explanation('/v1/invoices', {
  what: 'an invoice',
  tag: 'Invoices',
  unknown: 'payments.payment_unknown',
  find: (ctx, book, id) => findPaymentExplanation(ctx, book, { id, face: 'invoice' }),
})

/** `GET /v1/exceptions/:id/explain` */
export const explainAnException = explanation('/v1/exceptions', {
  what: 'an exception',
  tag: 'Exceptions',
  unknown: 'payments.exception_unknown',
  find: findExceptionExplanation,
})

/** `GET /v1/sweeps/:id/explain` */
export const explainASweep = explanation('/v1/sweeps', {
  what: 'a sweep',
  tag: 'Sweeps',
  unknown: 'sweeps.sweep_unknown',
  find: ({ db }, book, id) => findSweepExplanation(db, book, id),
})

/** `GET /v1/refunds/:id/explain` */
export const explainARefund = explanation('/v1/refunds', {
  what: 'a refund',
  tag: 'Exceptions',
  unknown: 'payments.refund_unknown',
  find: findRefundExplanation,
})

/** `GET /v1/payouts/:id/explain` */
export const explainAPayout = explanation('/v1/payouts', {
  what: 'a payout or a batch',
  tag: 'Payouts',
  unknown: 'payouts.payout_unknown',
  find: ({ db }, book, id) => findPayoutExplanation(db, book, id),
})

/** `GET /v1/conversions/:id/explain` */
export const explainAConversion = explanation('/v1/conversions', {
  what: 'a conversion',
  tag: 'Conversions',
  unknown: 'conversions.conversion_unknown',
  find: ({ db }, book, id) => findConversionExplanation(db, book, id),
})

type Explained = Readonly<{
  what: string
  tag: string
  unknown: ErrorCode
  find: (ctx: ApiCtx, book: Book, id: string) => Promise<Explanation>
}>

function explanation(path: `/${string}`, { what, tag, unknown, find }: Explained): Route {
  return route({
    method: 'GET',
    path: `${path}/:id/explain`,
    summary: `Explain ${what}`,
    description: `Why ${what} is in the state it is in, what it waits for, and everything that happened to it, with where each fact is known from.`,
    tag,
    params: idParams,
    reply: { 200: ExplanationShape },
    errors: [unknown],
    handle: async (ctx, { principal: { book }, params }) => ({
      status: 200,
      data: explanationOnWire(await find(ctx, book, params.id)),
    }),
  })
}
