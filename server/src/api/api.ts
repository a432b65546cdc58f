import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { createCredentials } from '../tenancy/credentials.ts'
import { bareOps, type Ops } from '../shell/telemetry/ops.ts'
import { addressSet, readRange } from '../tenancy/ip-range.ts'
import { logAccess } from './access-log.ts'
import type { ApiCtx } from './context.ts'
import { serveRoutes } from './crytom/serve.ts'
import { serveWebhookKeys } from './crytom/webhook-key-set.ts'
import { serveDocs } from './docs/serve.ts'
import type { OpenApiOptions } from './openapi.ts'
import { observeRequests, type SeeRequests } from './observe-requests.ts'
import { serveOps } from './ops.ts'
import { createPerformer } from './perform.ts'
import { createRateLimiter } from './rate-limiter.ts'
import type { Route } from './route.ts'
import { createHttpServer, type HttpTimeouts } from './server.ts'
import { traceRequests } from './trace-requests.ts'

/** What an API serves. */
export type ApiOptions = Readonly<{
  /** The routes of `/v1`; `api/crytom/routes.ts` lists those of the product. */
  routes: readonly Route[]
  /** Other faces of the same server, each adding its own routes. */
  mounts?: readonly ((server: FastifyInstance) => void)[]
  /** Hold every answer against its route's schema; for tests. */
  checkReplies?: boolean
  timeouts?: HttpTimeouts
  /** Events that are sent to endpoints, for the OpenAPI document. */
  events?: OpenApiOptions['events']
  /** How this process does; absent: that it lives. */
  ops?: Ops
  /** Hears of every request. */
  seen?: SeeRequests
}>

/** The version of the API's contract. */
const VERSION = '1.0.0'

/** An API that answers. Disposing finishes the requests in hand, then closes. */
export type Api = AsyncDisposable & Readonly<{ url: string }>

/**
 * Starts the API on the configured host and port.
 *
 * @throws shell.port_taken, shell.setting_invalid
 */
export async function startApi(ctx: ApiCtx, options: ApiOptions): Promise<Api> {
  const server = createHttpServer(ctx, options.timeouts)
  const limiter = createRateLimiter(ctx)
  const service = {
    gate: { credentials: createCredentials(ctx), limiter, trustedProxies: proxiesOf(ctx) },
    performer: createPerformer(ctx),
    note: logAccess(ctx, server),
    checkReplies: options.checkReplies ?? false,
  }
  if (options.seen !== undefined) observeRequests(server, options.seen)
  if (ctx.config.otlpEndpoint !== '') traceRequests(server)
  const behindProxy = ctx.config.trustedProxies.length > 0
  serveOps(server, options.ops ?? bareOps, { behindProxy })
  serveDocs(server, options.routes, {
    url: ctx.config.publicUrl === '' ? undefined : ctx.config.publicUrl,
    version: VERSION,
    events: options.events,
  })
  serveWebhookKeys(ctx, server, service.gate)
  serveRoutes(ctx, server, { service, routes: options.routes })
  for (const mount of options.mounts ?? []) mount(server)
  const url = await listen(ctx, server)
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await limiter[Symbol.asyncDispose]()
    },
  }
}

async function listen(ctx: ApiCtx, server: FastifyInstance): Promise<string> {
  const { host, port } = ctx.config
  try {
    return await server.listen({ host, port })
  } catch (error) {
    await server.close()
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (taken) throw new AppError('shell.port_taken', { host, port }, { cause: error })
    throw error
  }
}

function proxiesOf(ctx: ApiCtx): ReturnType<typeof addressSet> {
  try {
    return addressSet(ctx.config.trustedProxies.map(readRange))
  } catch (error) {
    const problem = error instanceof AppError ? error.message : 'it cannot be read'
    throw new AppError('shell.setting_invalid', { env: 'COFFER_TRUSTED_PROXIES', problem })
  }
}
