import type { HeadersLike } from './headers.ts'
import { WEBHOOK_BYTES_MAX, pathOf, receive, type WebhookHandling } from './receive.ts'

/** What is used of Fastify's request. */
export type FastifyRequestLike = Readonly<{ body: unknown; headers: HeadersLike; url: string }>

/** What is used of Fastify's reply. */
export type FastifyReplyLike = {
  code: (status: number) => unknown
  type: (type: string) => unknown
  send: (body?: unknown) => unknown
}

/** What is used of Fastify's instance. */
export type FastifyLike = {
  removeAllContentTypeParsers: () => unknown
  addContentTypeParser: (
    type: string,
    options: { parseAs: 'buffer'; bodyLimit: number },
    parser: (
      request: never,
      body: Buffer,
      done: (error: Error | null, body?: unknown) => void,
    ) => void,
  ) => unknown
  post: (
    path: string,
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ) => unknown
}

/** Where webhooks come in. */
export type FastifyHandling = WebhookHandling & Readonly<{ path: string }>

/**
 * Handles webhooks in Fastify: `app.register(webhooks.fastify({ path, secret, onEvent }))`.
 *
 * In its own scope, so that bodies elsewhere are parsed as ever. What `onEvent` throws goes to
 * Fastify's error handler.
 */
export function fastifyPlugin(handling: FastifyHandling): (app: FastifyLike) => Promise<void> {
  return async (app) => {
    const bodyLimit = handling.bytesMax ?? WEBHOOK_BYTES_MAX
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
      done(null, body),
    )
    app.post(handling.path, async ({ body, headers, url }, reply) => {
      const bytes = body instanceof Uint8Array ? body : ''
      const answer = await receive(handling, { body: bytes, headers, path: pathOf(url) })
      reply.code(answer.status)
      reply.type('application/json')
      return reply.send(answer.body)
    })
  }
}
