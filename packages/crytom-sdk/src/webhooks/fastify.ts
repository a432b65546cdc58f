import { CrytomUsageError } from '../errors.ts'
import type { HeadersLike } from './headers.ts'
import { WEBHOOK_BYTES_MAX, pathOf, receive, type WebhookHandling } from './receive.ts'

type FastifyRequestLike = Readonly<{ body: unknown; headers: HeadersLike; url: string }>

type FastifyReplyLike = {
  code: (status: number) => unknown
  type: (type: string) => unknown
  send: (body?: unknown) => unknown
}

type FastifyLike = {
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
export function fastifyPlugin(handling: FastifyHandling): (app: object) => Promise<void> {
  return async (app) => {
    if (!isFastify(app)) {
      const message = 'webhooks.fastify makes a plugin: give it to the `register` of Fastify.'
      throw new CrytomUsageError({ code: 'not_fastify', message })
    }
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

const isFastify = (app: object): app is FastifyLike =>
  ['removeAllContentTypeParsers', 'addContentTypeParser', 'post'].every((name) => name in app)
