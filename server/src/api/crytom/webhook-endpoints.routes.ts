import { z } from 'zod'
import { changeEndpoint } from '../../events/change-endpoint.action.ts'
import { endpointView } from '../../events/endpoint-view.ts'
import {
  addEndpoint,
  checkEndpointUrl,
  findEndpoint,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
} from '../../events/endpoints.action.ts'
import { wholeNumberSchema } from '../../money/amount-schema.ts'
import { route } from '../route.ts'
import {
  NewWebhookEndpoint,
  WebhookEndpoint,
  description,
  endpointUrl,
  signatureKind,
} from './endpoint-shapes.ts'
import { eventPattern } from './event-shapes.ts'
import { idParams } from './payment-shapes.ts'

const HOUR_MS = 3_600_000

/** `POST /v1/webhook-endpoints` */
export const createWebhookEndpoint = route({
  method: 'POST',
  path: '/v1/webhook-endpoints',
  summary: 'Add a webhook endpoint',
  description:
    'It gets the events that happen from now on. What it does not answer with 2xx within ten seconds is sent again 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h after the first attempt.',
  tag: 'Webhook endpoints',
  body: z.strictObject({
    url: endpointUrl,
    events: z.array(eventPattern).min(1).max(100).default(['*']),
    description: description.default(''),
    signature: signatureKind.default('hmac'),
    own_secret: z
      .boolean()
      .default(true)
      .describe('Of `hmac`; false: the webhook secret of your account signs.'),
  }),
  example: {
    url: 'https://shop.example/hooks/coffer',
    events: ['checkout.session.*', 'payment.*'],
  },
  reply: { 201: NewWebhookEndpoint },
  errors: ['shell.url_refused', 'events.endpoint_exists', 'events.too_many_endpoints'],
  prepare: async (ctx, { principal: { book }, body }) => {
    await checkEndpointUrl(ctx, book, body.url)
    return async (dbTx, ctx) => {
      const { own_secret: hasOwnSecret, ...rest } = body
      const made = await addEndpoint(ctx, dbTx, { book, ...rest, hasOwnSecret })
      const data = { ...endpointView(made.endpoint), secret: made.secret ?? null }
      return { status: 201, message: 'Webhook endpoint added', data }
    }
  },
})

/** `GET /v1/webhook-endpoints` */
export const listWebhookEndpoints = route({
  method: 'GET',
  path: '/v1/webhook-endpoints',
  summary: 'List webhook endpoints',
  description: 'All of them (at most 20), the oldest first.',
  tag: 'Webhook endpoints',
  reply: { 200: z.array(WebhookEndpoint) },
  handle: async (ctx, { principal: { book } }) => ({
    status: 200,
    data: (await listEndpoints(ctx, book)).map(endpointView),
  }),
})

/** `GET /v1/webhook-endpoints/:id` */
export const getWebhookEndpoint = route({
  method: 'GET',
  path: '/v1/webhook-endpoints/:id',
  summary: 'Fetch a webhook endpoint',
  tag: 'Webhook endpoints',
  params: idParams,
  reply: { 200: WebhookEndpoint },
  errors: ['events.endpoint_unknown'],
  handle: async (ctx, { principal: { book }, params: { id } }) => ({
    status: 200,
    data: endpointView(await findEndpoint(ctx.db, { book, endpointId: id })),
  }),
})

/** `PATCH /v1/webhook-endpoints/:id` */
export const changeWebhookEndpoint = route({
  method: 'PATCH',
  path: '/v1/webhook-endpoints/:id',
  summary: 'Change a webhook endpoint',
  description:
    'What is absent stays. What waits for the endpoint goes to the new URL. Disabled, it gets nothing: what waits for it is ended, and what happens meanwhile can be sent later by `POST /v1/webhook-endpoints/:id/resends`.',
  tag: 'Webhook endpoints',
  params: idParams,
  body: z.strictObject({
    url: endpointUrl.optional(),
    events: z.array(eventPattern).min(1).max(100).optional(),
    description: description.optional(),
    enabled: z.boolean().optional(),
    signature: signatureKind.optional(),
  }),
  example: { events: ['payment.*'], enabled: true },
  reply: { 200: WebhookEndpoint },
  errors: ['shell.url_refused', 'events.endpoint_unknown', 'events.endpoint_exists'],
  prepare: async (ctx, { principal: { book }, params: { id }, body }) => {
    if (body.url !== undefined) await checkEndpointUrl(ctx, book, body.url)
    return async (dbTx, ctx) => {
      const changed = await changeEndpoint(ctx, dbTx, { book, endpointId: id, change: body })
      return { status: 200, message: 'Webhook endpoint changed', data: endpointView(changed) }
    }
  },
})

/** `DELETE /v1/webhook-endpoints/:id` */
export const deleteWebhookEndpoint = route({
  method: 'DELETE',
  path: '/v1/webhook-endpoints/:id',
  summary: 'Delete a webhook endpoint',
  description: 'What still waits for it is not sent. The history of its deliveries stays.',
  tag: 'Webhook endpoints',
  params: idParams,
  reply: { 200: z.strictObject({ id: z.string(), deleted: z.literal(true) }) },
  errors: ['events.endpoint_unknown'],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, params: { id } }) => {
    await removeEndpoint(ctx, dbTx, { book, endpointId: id })
    return {
      status: 200,
      message: 'Webhook endpoint deleted',
      data: { id, deleted: true as const },
    }
  },
})

/** `POST /v1/webhook-endpoints/:id/rotate-secret` */
export const rotateWebhookSecret = route({
  method: 'POST',
  path: '/v1/webhook-endpoints/:id/rotate-secret',
  summary: 'Give a webhook endpoint a new secret',
  description:
    'For a day, or as long as you say, `webhook-signature` holds a signature with each of the two. `X-Crytom-Signature` has room for one and is made with the new secret from now on.',
  tag: 'Webhook endpoints',
  params: idParams,
  body: z
    .strictObject({
      overlap_hours: wholeNumberSchema({ min: 0, max: 168 })
        .default(24)
        .describe('For how long the secret of before still signs; 0 where others may know it.'),
    })
    .optional(),
  example: { overlap_hours: 24 },
  reply: { 200: z.strictObject({ id: z.string(), secret: z.string() }) },
  errors: ['events.endpoint_unknown', 'events.signed_by_key'],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, params: { id }, body }) => {
    const overlapMs = (body?.overlap_hours ?? 24) * HOUR_MS
    const secret = await rotateSecret(ctx, dbTx, { book, endpointId: id, overlapMs })
    return { status: 200, message: 'Secret rotated', data: { id, secret } }
  },
})
