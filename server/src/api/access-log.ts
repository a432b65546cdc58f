import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { ShellCtx } from '../shell/context.ts'

/** Notes whose request it is, once that is known. */
export type NoteCaller = (request: IncomingMessage, keyId: string) => void

/**
 * Logs one line per answered request, at level `info`: method, route, status, time, whose key. The
 * route and not the URL, whose path and query hold ids and addresses of other people's customers.
 */
export function logAccess(
  ctx: Pick<ShellCtx, 'config' | 'log'>,
  server: FastifyInstance,
): NoteCaller {
  if (!['debug', 'info'].includes(ctx.config.logLevel)) return () => undefined
  const keys = new WeakMap<IncomingMessage, string>()
  server.addHook('onResponse', (request, reply, done) => {
    ctx.log.info(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? '(unknown)',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 100) / 100,
        key: keys.get(request.raw),
      },
      'answered',
    )
    done()
  })
  return (request, keyId) => void keys.set(request, keyId)
}
