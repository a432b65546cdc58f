import type { BodyOf, Calls, QueryOf } from '../call.ts'
import type { CallOptions } from '../request.ts'

type Options = CallOptions | undefined

/** The URLs that events are sent to. */
export const webhookEndpointsOf = ({ call, list }: Calls) => ({
  /** The `secret` of the answer is shown this once. */
  create: (body: BodyOf<'POST /v1/webhook-endpoints'>, options?: Options) =>
    call('POST /v1/webhook-endpoints', { body, options }),
  list: (options?: Options) => call('GET /v1/webhook-endpoints', { options }),
  get: (id: string, options?: Options) =>
    call('GET /v1/webhook-endpoints/:id', { params: { id }, options }),
  update: (id: string, body: BodyOf<'PATCH /v1/webhook-endpoints/:id'>, options?: Options) =>
    call('PATCH /v1/webhook-endpoints/:id', { params: { id }, body, options }),
  delete: (id: string, options?: Options) =>
    call('DELETE /v1/webhook-endpoints/:id', { params: { id }, options }),
  /** For a day both secrets sign. */
  rotateSecret: (id: string, options?: Options) =>
    call('POST /v1/webhook-endpoints/:id/rotate-secret', { params: { id }, options }),
  /** Sends an example of an event, marked as such. */
  test: (id: string, body?: BodyOf<'POST /v1/webhook-endpoints/:id/test'>, options?: Options) =>
    call('POST /v1/webhook-endpoints/:id/test', { params: { id }, body, options }),
  /** What was sent to it, the newest events first. */
  deliveries: (
    id: string,
    query?: QueryOf<'GET /v1/webhook-endpoints/:id/deliveries'>,
    options?: Options,
  ) => list('GET /v1/webhook-endpoints/:id/deliveries', { params: { id }, query, options }),
  /** One of those, with every attempt. */
  delivery: (id: string, eventId: string, options?: Options) =>
    call('GET /v1/webhook-endpoints/:id/deliveries/:event_id', {
      params: { id, event_id: eventId },
      options,
    }),
  /** Sends what it missed, or a part of the log, again. */
  resend: (id: string, body: BodyOf<'POST /v1/webhook-endpoints/:id/resends'>, options?: Options) =>
    call('POST /v1/webhook-endpoints/:id/resends', { params: { id }, body, options }),
  resends: (id: string, options?: Options) =>
    call('GET /v1/webhook-endpoints/:id/resends', { params: { id }, options }),
  getResend: (id: string, resendId: string, options?: Options) =>
    call('GET /v1/webhook-endpoints/:id/resends/:resend_id', {
      params: { id, resend_id: resendId },
      options,
    }),
  cancelResend: (id: string, resendId: string, options?: Options) =>
    call('POST /v1/webhook-endpoints/:id/resends/:resend_id/cancel', {
      params: { id, resend_id: resendId },
      options,
    }),
})

/** Each event for each target, also those to `callback_url`s and to endpoints that are no more. */
export const deliveriesOf = ({ list }: Calls) => ({
  /** The newest events first. */
  list: (query?: QueryOf<'GET /v1/deliveries'>, options?: Options) =>
    list('GET /v1/deliveries', { query, options }),
})

/** The ed25519 keys that sign your messages, where an endpoint wants that. */
export const webhookKeysOf = ({ call }: Calls) => ({
  /** Give their `public_key` to `webhooks.verify`. */
  get: (options?: Options) => call('GET /v1/webhook-keys', { options }),
  rotate: (body?: BodyOf<'POST /v1/webhook-keys/rotate'>, options?: Options) =>
    call('POST /v1/webhook-keys/rotate', { body, options }),
})
