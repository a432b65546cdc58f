import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors/app-error.ts'
import type { Instant } from '../../shell/clock.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { authenticate } from '../../tenancy/authenticate.action.ts'
import { callerOf } from '../../tenancy/caller-address.ts'
import type { Credentials } from '../../tenancy/credentials.ts'
import type { AddressSet } from '../../tenancy/ip-range.ts'
import type { Principal } from '../../tenancy/principal.ts'
import type { RateLimiter } from '../rate-limiter.ts'

/** What the guard needs, opened once. */
export type Gate = Readonly<{
  credentials: Credentials
  limiter: RateLimiter
  trustedProxies: AddressSet
}>

/** The bytes of a body; none when there was no body. */
export const bodyOf = (request: FastifyRequest): Uint8Array =>
  request.body instanceof Uint8Array ? request.body : NO_BODY

const NO_BODY = new Uint8Array(0)

/**
 * Lets a request in, or refuses it: key, address, way, signature, repetition, then the limits,
 * whose headers go with the answer whatever it will be.
 *
 * @throws what `authenticate` throws; api.rate_limit_exceeded
 */
export async function guard(
  ctx: Pick<ShellCtx, 'clock' | 'config'>,
  gate: Gate,
  { request, reply }: Readonly<{ request: FastifyRequest; reply: FastifyReply }>,
): Promise<Principal> {
  const { raw } = request
  const caller = callerOf(
    {
      peer: raw.socket.remoteAddress,
      encrypted: 'encrypted' in raw.socket && raw.socket.encrypted === true,
      forwardedFor: header(request, 'x-forwarded-for'),
      forwardedProto: header(request, 'x-forwarded-proto'),
    },
    gate.trustedProxies,
  )
  const now = ctx.clock.now()
  const state = await authenticate(gate.credentials, {
    authorization: header(request, 'authorization'),
    timestamp: header(request, 'x-crytom-timestamp'),
    signature: header(request, 'x-crytom-signature'),
    method: request.method,
    target: raw.url ?? '',
    body: bodyOf(request),
    caller,
    now,
  })
  const limit = ctx.config.rateLimitPerMinute
  const keyLimit = state.rateLimitPerMinute ?? limit
  limitRate(gate.limiter, reply, {
    now,
    key: { policy: 'key', subject: state.principal.keyId, limit: keyLimit },
    address: { policy: 'address', subject: caller.address ?? '', limit },
  })
  return state.principal
}

type Limited = Readonly<{ policy: string; subject: string; limit: number }>

function limitRate(
  limiter: RateLimiter,
  reply: FastifyReply,
  who: Readonly<{ key: Limited; address: Limited; now: Instant }>,
): void {
  const standing = limiter.count([who.key, who.address], who.now)
  reply.headers(standing.headers)
  if (!standing.allowed) {
    throw new AppError('api.rate_limit_exceeded', { retryAfterS: standing.retryAfterS })
  }
}

/** A header's one text; copies are joined, as RFC 9110 §5.3 says, and then fit nothing. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
