import { z } from 'zod'
import type { ErrorCode } from '../../errors/catalogue.ts'
import type { Verb } from '../../payments/exception.ts'
import { findException, listExceptions } from '../../payments/read-payments.action.ts'
import { prepareRuling, resolveException } from '../../payments/resolve-exception.action.ts'
import { awaitPolicy, quoteRefunds, sendRefundsOf } from '../../payouts/send-refunds.action.ts'
import type { Route } from '../route.ts'
import { route } from '../route.ts'
import { Exception, exceptionKind } from './exception-shapes.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams, line } from './payment-shapes.ts'
import { POLICY_ERRORS } from './payout-requests.ts'

/** `GET /v1/exceptions` */
export const listOpenExceptions = route({
  method: 'GET',
  path: '/v1/exceptions',
  summary: 'List exceptions',
  description:
    'Money that came otherwise than it was asked for, and waits for a decision or had one.',
  tag: 'Exceptions',
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(['open', 'resolved']).optional(),
    kind: exceptionKind.optional(),
    payment_id: line(200).optional(),
  }),
  reply: { 200: z.array(Exception) },
  errors: ['payments.place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const filter = { state: query.status, kind: query.kind, paymentId: query.payment_id }
    const listed = await listExceptions(ctx, book, { filter, place: query })
    return {
      status: 200,
      data: listed.items,
      pagination: pagination(query, listed.total, listed.next),
    }
  },
})

/** `GET /v1/exceptions/:id` */
export const getException = route({
  method: 'GET',
  path: '/v1/exceptions/:id',
  summary: 'Fetch an exception',
  tag: 'Exceptions',
  params: idParams,
  reply: { 200: Exception },
  errors: ['payments.exception_unknown'],
  handle: async (ctx, { principal: { book }, params }) => ({
    status: 200,
    data: await findException(ctx, book, params.id),
  }),
})

const REFUND_ERRORS = [
  'payments.refund_address_invalid',
  'custody.cannot_send',
  'ledger.insufficient_balance',
  'payouts.destination_is_token',
  'payouts.destination_is_ours',
  ...POLICY_ERRORS,
] as const satisfies readonly ErrorCode[]

const nothingMore = z.strictObject({}).optional()

/** `POST /v1/exceptions/:id/accept` */
export const acceptException = verbRoute('accept', nothingMore, {
  summary: 'Accept it as if it had been enough',
  description:
    'The coins become yours and the payment is confirmed (an overpaid one already is). Of coins that a fork took back, the payment stays confirmed and you pay for what had been spent.',
})

/** `POST /v1/exceptions/:id/reprice` */
export const repriceException = verbRoute('reprice', nothingMore, {
  summary: "Judge it at today's rate",
  description:
    'Enough at the rate of today: as `accept`, with what is too much separated into an exception of its own. Too little: refused, and nothing changes.',
})

/** `POST /v1/exceptions/:id/refund` */
export const refundException = verbRoute(
  'refund',
  z.strictObject({ address: line(200).optional() }).optional(),
  {
    summary: 'Send it back to the payer',
    description:
      'The coins no longer count and lie in `refunds.payable`. With an address their payout is begun at once, less its fee; without one, or where it cannot be sent now, the refund waits as `awaiting_payout` for `POST /v1/refunds/:id/send`.',
  },
)

/** `POST /v1/exceptions/:id/credit` */
export const creditException = verbRoute(
  'credit',
  z.strictObject({ customer_id: line(255).optional() }).optional(),
  {
    summary: 'Credit it',
    description:
      'To your balance, or with `customer_id` to the wallet of that customer. The payment itself stays as it is.',
  },
)

/** `POST /v1/exceptions/:id/ignore` */
export const ignoreException = verbRoute('ignore', nothingMore, {
  summary: 'Leave it aside',
  description: 'The coins go to an account of their own, and nobody is asked again.',
})

type VerbBody = Readonly<{ address?: string | undefined; customer_id?: string | undefined }>
type About = Readonly<{ summary: string; description: string }>

function verbRoute(verb: Verb, body: z.ZodType<VerbBody | undefined>, about: About): Route {
  return route({
    ...about,
    method: 'POST',
    path: `/v1/exceptions/:id/${verb}`,
    tag: 'Exceptions',
    params: idParams,
    body,
    reply: { 200: Exception },
    errors: [
      'payments.exception_unknown',
      'payments.exception_resolved',
      'payments.verb_not_applicable',
      ...(verb === 'reprice'
        ? (['payments.still_too_little', 'rates.rate_unavailable'] as const)
        : []),
      ...(verb === 'refund' ? REFUND_ERRORS : []),
      ...(verb === 'accept' ? (['ledger.insufficient_balance'] as const) : []),
    ],
    prepare: async (ctx, { principal: { book, keyId }, params, body: given }) => {
      const exceptionId = params.id
      const address = given?.address
      const asked = { exceptionId, verb, customerId: given?.customer_id, address }
      const ruling = await prepareRuling(ctx, book, asked)
      const { assets } = ruling
      const quoted =
        address === undefined ? undefined : await quoteRefunds(ctx, book, { address, assets })
      return async (dbTx, ctx) => {
        if (quoted !== undefined) await awaitPolicy(dbTx, book)
        await resolveException(ctx, dbTx, { book, ruling })
        if (quoted !== undefined) {
          await sendRefundsOf(ctx, dbTx, { book, initiator: keyId, exceptionId, quoted })
        }
        return { status: 200, data: await findException({ db: dbTx }, book, params.id) }
      }
    },
  })
}
