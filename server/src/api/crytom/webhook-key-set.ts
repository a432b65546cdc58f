import type { FastifyInstance } from 'fastify'
import { webhookKeys } from '../../events/webhook-keys.action.ts'
import { jwkOf, keySetPath } from '../../events/webhook-key.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { isId } from '../../shell/object-id.ts'
import { admitStranger, type Gate } from './guard.ts'

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'config'>

/** Receivers may keep the keys so long; a key signs for a day beside the one that replaces it. */
const KEPT_S = 300

/**
 * `GET /.well-known/webhook-keys/:book`: the public keys that sign a book's messages, for whoever
 * asks. A book that is not there looks like one that has no keys.
 */
export function serveWebhookKeys(ctx: Ctx, server: FastifyInstance, gate: Gate): void {
  server.route<{ Params: { book: string } }>({
    method: ['GET', 'HEAD'],
    url: keySetPath(':book'),
    handler: async (request, reply) => {
      admitStranger(ctx, gate, { request, reply })
      const { book } = request.params
      const keys = isId(book) ? await webhookKeys(ctx, ctx.db, book) : []
      return reply
        .headers({
          'content-type': 'application/jwk-set+json; charset=utf-8',
          'cache-control': `public, max-age=${KEPT_S}`,
          'x-content-type-options': 'nosniff',
        })
        .send(JSON.stringify({ keys: keys.map(jwkOf) }))
    },
  })
}
