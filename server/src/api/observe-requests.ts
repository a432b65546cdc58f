import type { FastifyInstance } from 'fastify'

/** A request that was answered. */
export type SeenRequest = Readonly<{
  /** As it was declared, such as `/v1/payouts/:id`; `(unknown)` for paths that are not there. */
  route: string
  method: string
  status: number
  seconds: number
}>

/** What is told of requests. */
export type SeeRequests = Readonly<{
  begun: () => void
  /** Follows on each `begun`, also when the client went away before the answer. */
  ended: (request: SeenRequest) => void
}>

/** What is written down of a request whose client went away before the answer. */
const ABANDONED = 499

/** Tells of every request that becomes one; bytes that are no HTTP do not. */
export function observeRequests(server: FastifyInstance, seen: SeeRequests): void {
  server.addHook('onRequest', (request, reply, done) => {
    seen.begun()
    const startedAt = performance.now()
    const { raw } = reply
    raw.once('close', () =>
      seen.ended({
        route: request.routeOptions.url ?? '(unknown)',
        method: request.method,
        status: raw.writableFinished ? reply.statusCode : ABANDONED,
        seconds: (performance.now() - startedAt) / 1_000,
      }),
    )
    done()
  })
}
