import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors/app-error.ts'
import type { Instant } from '../../shell/clock.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { authenticate } from '../../tenancy/authenticate.action.ts'
import { callerOf } from '../../tenancy/caller-address.ts'
import type { Credentials } from '../../tenancy/credentials.ts'
import type { AddressSet } from '../../tenancy/ip-range.ts'
import type { Principal } from '../../tenancy/principal.ts'
import type { Counted, RateLimiter } from '../rate-limiter.ts'

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
  ctx: Ctx,
  gate: Gate,
  { request, reply }: Exchange,
): Promise<Principal> {
  const { raw } = request
  const caller = callerIn(request, gate)
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
  const who = [
    { policy: 'key', subject: state.principal.keyId, limit: keyLimit },
    { policy: 'address', subject: caller.address ?? '', limit },
  ]
  limitRate(gate.limiter, reply, { who, now })
  return state.principal
}

/** Lets in whoever has no key, as often as an address may ask. @throws api.rate_limit_exceeded */
export function admitStranger(ctx: Ctx, gate: Gate, { request, reply }: Exchange): void {
  const subject = callerIn(request, gate).address ?? ''
  const who = [{ policy: 'address', subject, limit: ctx.config.rateLimitPerMinute }]
  limitRate(gate.limiter, reply, { who, now: ctx.clock.now() })
}

type Ctx = Pick<ShellCtx, 'clock' | 'config'>
type Exchange = Readonly<{ request: FastifyRequest; reply: FastifyReply }>

const callerIn = (request: FastifyRequest, { trustedProxies }: Gate) =>
  callerOf(
    {
      peer: request.raw.socket.remoteAddress,
      encrypted: 'encrypted' in request.raw.socket && request.raw.socket.encrypted === true,
      forwardedFor: header(request, 'x-forwarded-for'),
      forwardedProto: header(request, 'x-forwarded-proto'),
    },
    trustedProxies,
  )

function limitRate(
  limiter: RateLimiter,
  reply: FastifyReply,
  { who, now }: Readonly<{ who: readonly Counted[]; now: Instant }>,
): void {
  const standing = limiter.count(who, now)
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
