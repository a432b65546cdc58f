import { define } from '../define.ts'

/** Refusals of `events`. */
export const eventErrors = {
  'events.event_unknown': define<{ eventId: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no event ${c.eventId}. GET /v1/events lists those there are.`,
  }),
  'events.cursor_unknown': define<{ after: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `There is no event ${c.after} to go on after. Give the id of the last event you read, or leave \`after\` out to begin with the first.`,
  }),
  'events.endpoint_unknown': define<{ endpointId: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no webhook endpoint ${c.endpointId}. It may have been deleted.`,
  }),
  'events.endpoint_exists': define<{ endpointId: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The endpoint ${c.endpointId} has this URL already. Delete it first, or rotate its secret if you lost it.`,
  }),
  'events.signed_by_key': define<{ endpointId: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The messages to ${c.endpointId} are signed with your webhook keys, not with a secret. POST /v1/webhook-keys/rotate makes a new key.`,
  }),
  'events.endpoint_disabled': define<{ endpointId: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The webhook endpoint ${c.endpointId} is disabled. Enable it first; a test reaches it also as it is.`,
  }),
  'events.delivery_unknown': define<{ eventId: string; target: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `The event ${c.eventId} was not for ${c.target}.`,
  }),
  'events.resend_unknown': define<{ resendId: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no resend ${c.resendId} to this endpoint.`,
  }),
  'events.too_many_resends': define<{ most: number }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `${c.most} resends to this endpoint are running. Wait until one is completed, or cancel one.`,
  }),
  'events.too_many_endpoints': define<{ most: number }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `There are ${c.most} webhook endpoints, and no more can be added. Delete one first.`,
  }),
}
