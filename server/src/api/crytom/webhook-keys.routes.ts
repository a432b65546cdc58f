import { z } from 'zod'
import { rotateWebhookKey, webhookKeys } from '../../events/webhook-keys.action.ts'
import { keySetPath, keyView } from '../../events/webhook-key.ts'
import { publicUrlOf } from '../../payments/public-url.ts'
import { route } from '../route.ts'
import { WebhookKey, WebhookKeys } from './webhook-key-shapes.ts'

/** `GET /v1/webhook-keys` */
export const listWebhookKeys = route({
  method: 'GET',
  path: '/v1/webhook-keys',
  summary: 'List the keys that sign your messages',
  description:
    'Endpoints with `signature: "ed25519"` get messages that these keys sign, which nobody but this server has; so do callback URLs, beside the signature by secret. The first one is made with the first such endpoint.',
  tag: 'Webhook endpoints',
  reply: { 200: WebhookKeys },
  handle: async (ctx, { principal: { book } }) => ({
    status: 200,
    data: {
      jwks_url: publicUrlOf(ctx.config) + keySetPath(book.bookId),
      keys: (await webhookKeys(ctx, ctx.db, book.bookId)).map(keyView),
    },
  }),
})

/** `POST /v1/webhook-keys/rotate` */
export const rotateWebhookKeys = route({
  method: 'POST',
  path: '/v1/webhook-keys/rotate',
  summary: 'Make a new key that signs your messages',
  description:
    'For a day `webhook-signature` holds a signature by each of the two. With `at_once` the key before signs nothing more: receivers that do not know the new one refuse what they get until they do, and it is sent again.',
  tag: 'Webhook endpoints',
  body: z.strictObject({ at_once: z.boolean().default(false) }).optional(),
  example: {},
  reply: { 201: WebhookKey },
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => {
    const before = body?.at_once === true ? 'is gone at once' : 'signs a day longer'
    const key = await rotateWebhookKey(ctx, dbTx, { book, before })
    return { status: 201, message: 'Key made', data: keyView(key) }
  },
})
