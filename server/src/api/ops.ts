import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import type { ShellCtx } from '../shell/context.ts'
import { answerError, send } from './server.ts'

const OK = {
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  text: '{"status":"ok"}',
}

/** `GET /healthz`: 200 when the database answers, for load balancers; needs no key. */
export function serveHealth(ctx: Pick<ShellCtx, 'db' | 'log'>, server: FastifyInstance): void {
  server.route({
    method: ['GET', 'HEAD'],
    url: '/healthz',
    handler: async (_request, reply) => {
      const isUp = await ctx.db.query('select 1 as one').then(
        () => true,
        () => false,
      )
      if (isUp) return send(reply, OK)
      return answerError(ctx, reply, new AppError('api.temporarily_unavailable', {}))
    },
  })
}
