import type { BodyOf, Calls } from '../call.ts'
import type { CallOptions } from '../request.ts'

type Options = CallOptions | undefined

/** The URLs that events are sent to. */
export const webhookEndpointsOf = ({ call }: Calls) => ({
  /** The `secret` of the answer is shown this once. */
  create: (body: BodyOf<'POST /v1/webhook-endpoints'>, options?: Options) =>
    call('POST /v1/webhook-endpoints', { body, options }),
  list: (options?: Options) => call('GET /v1/webhook-endpoints', { options }),
  delete: (id: string, options?: Options) =>
    call('DELETE /v1/webhook-endpoints/:id', { params: { id }, options }),
  /** For a day both secrets sign. */
  rotateSecret: (id: string, options?: Options) =>
    call('POST /v1/webhook-endpoints/:id/rotate-secret', { params: { id }, options }),
})
