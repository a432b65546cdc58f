import { define } from '../define.ts'

/** Refusals of `api`: what is wrong with a request before any work has begun. */
export const apiErrors = {
  'api.malformed_request': define<{ problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `This is not a well-formed HTTP request: ${c.problem}.`,
  }),
  'api.invalid_request': define<{ param: string; problem: string; errors: readonly object[] }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.param}: ${c.problem}`,
  }),
  'api.idempotency_key_invalid': define({
    status: 400,
    retry: 'changed',
    say: () => 'An Idempotency-Key is 1 to 255 printable ASCII characters, sent once.',
  }),
  'api.route_unknown': define({
    status: 404,
    retry: 'changed',
    say: () => 'There is nothing at this path. The documentation at /docs lists what there is.',
  }),
  'api.method_not_allowed': define<{ allowed: string }>({
    status: 405,
    retry: 'changed',
    say: (c) => `This path does not know that method. It knows: ${c.allowed}.`,
  }),
  'api.request_timeout': define({
    status: 408,
    retry: 'later',
    say: () => 'The request did not arrive completely in time.',
  }),
  'api.idempotency_in_progress': define({
    status: 409,
    retry: 'later',
    say: () =>
      'The first request with this Idempotency-Key is still being worked on. Ask again in a second.',
  }),
  'api.body_too_large': define<{ limit: number }>({
    status: 413,
    retry: 'changed',
    say: (c) => `The body is larger than ${c.limit} bytes.`,
  }),
  'api.media_type_not_supported': define({
    status: 415,
    retry: 'changed',
    say: () => 'Send the body as application/json in UTF-8, without a content encoding.',
  }),
  'api.idempotency_key_reused': define({
    status: 422,
    retry: 'changed',
    say: () =>
      'This Idempotency-Key was used for another request. Use a new key for each new request.',
  }),
  'api.rate_limit_exceeded': define<{ retryAfterS: number }>({
    status: 429,
    retry: 'later',
    say: (c) => `Too many requests. Wait ${c.retryAfterS} seconds.`,
  }),
  'api.headers_too_large': define({
    status: 431,
    retry: 'changed',
    say: () => 'The headers of the request are too large.',
  }),
  'api.internal_error': define({
    status: 500,
    retry: 'later',
    say: () =>
      'Something is wrong on our side, and it was logged. Give the request_id when you ask about it.',
  }),
  'api.temporarily_unavailable': define({
    status: 503,
    retry: 'later',
    say: () => 'A part of the service does not answer right now. Try again shortly.',
  }),
}
