import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { openSpan, type OpenSpan } from '../shell/telemetry/tracing.ts'

/**
 * Makes every request that becomes one a part of the trace that its `traceparent` names, or the
 * first part of one of our own. What a caller sends beside that (`tracestate`, `baggage`) is not
 * read. Spans name the route and not the URL, which holds ids and addresses.
 */
export function traceRequests(server: FastifyInstance): void {
  const spans = new WeakMap<IncomingMessage, OpenSpan>()
  server.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = function (request, reply) {
      const work = () => handler.call(this, request, reply)
      return spans.get(request.raw)?.within(work) ?? work()
    }
  })
  server.addHook('onRequest', (request, reply, done) => {
    const { method } = request
    const route = request.routeOptions.url
    // Whether we live is asked every few seconds, and is nobody's work.
    if (route === undefined || !route.startsWith('/v1/')) return done()
    const { traceparent } = request.headers
    const named = {
      name: `${method} ${route}`,
      kind: 'server' as const,
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'coffer.request_id': request.id,
      },
    }
    const span = openSpan(named, typeof traceparent === 'string' ? traceparent : undefined)
    spans.set(request.raw, span)
    reply.raw.once('close', () => {
      const status = reply.statusCode
      span.note({ 'http.response.status_code': status })
      if (!reply.raw.writableFinished) return span.end('abandoned')
      span.end(status >= 500 ? String(status) : undefined)
    })
    done()
  })
}
