import type { FastifyInstance } from 'fastify'
import { isForwarded, OPS_PATHS, type Ops } from '../shell/telemetry/ops.ts'
import { header } from './crytom/guard.ts'
import { send } from './server.ts'

/**
 * `/healthz`, `/readyz` and `/metrics` on the API's own port; they need no key. Where there is a
 * proxy, whatever comes from this machine may come from anywhere.
 */
export function serveOps(
  server: FastifyInstance,
  ops: Ops,
  { behindProxy }: Readonly<{ behindProxy: boolean }>,
): void {
  for (const path of OPS_PATHS) {
    server.route({
      method: ['GET', 'HEAD'],
      url: path,
      handler: async (request, reply) => {
        const told = await ops({
          path,
          peer: request.raw.socket.remoteAddress,
          authorization: header(request, 'authorization'),
          isForwarded: behindProxy || isForwarded(request.headers),
        })
        return send(reply, told)
      },
    })
  }
}
