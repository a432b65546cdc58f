import { expressHandler } from './webhooks/express.ts'
import { fastifyPlugin } from './webhooks/fastify.ts'
import { fetchHandler } from './webhooks/fetch.ts'
import { keySet } from './webhooks/key-set.ts'
import { verifyWebhook } from './webhooks/verify.ts'

/** What receives webhooks: the check of a message, and handlers that have it built in. */
export const webhooks = {
  verify: verifyWebhook,
  keySet,
  express: expressHandler,
  fastify: fastifyPlugin,
  fetch: fetchHandler,
} as const
