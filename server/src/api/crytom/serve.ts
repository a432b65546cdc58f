import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors/app-error.ts'
import { readJson } from '../../money/json.ts'
import { bookNow } from '../../shell/book.ts'
import { secretKeyIn } from '../../tenancy/api-key.ts'
import type { NoteCaller } from '../access-log.ts'
import { wantsProblem } from '../answer.ts'
import type { ApiCtx } from '../context.ts'
import { readIdempotencyKey, type KeyedRequest } from '../idempotency.ts'
import { declaredOnly } from '../declared-only.ts'
import { perform, type CheckAnswer, type Performer, type Work } from '../perform.ts'
import { readPreference } from '../prefer.ts'
import type { Answer, Caller, Method, Route } from '../route.ts'
import { answerError, send } from '../server.ts'
import { bodyOf, guard, header, type Gate } from './guard.ts'

/** What serving the routes needs, opened once. */
export type Service = Readonly<{
  gate: Gate
  performer: Performer
  note: NoteCaller
  /** Hold every answer against its route's schema (tests). */
  checkReplies: boolean
}>

/** Serves routes to holders of API keys: guard, then schemas, then the work. */
export function serveRoutes(
  ctx: ApiCtx,
  server: FastifyInstance,
  { service, routes }: Readonly<{ service: Service; routes: readonly Route[] }>,
): void {
  for (const route of routes) {
    const check = service.checkReplies ? checkerOf(route) : () => undefined
    const told = declaredOnly(route, service.checkReplies ? 'refuse others' : 'mask others')
    server.route({
      method: route.method,
      url: route.path,
      onRequest: (request, _reply, done) => done(refuseKeyless(request)),
      handler: (request, reply) => answer(ctx, service, { route, check, told, request, reply }),
    })
  }
  refuseOtherMethods(ctx, server, routes)
}

type Exchange = Readonly<{
  route: Route
  check: CheckAnswer
  told: (error: unknown) => unknown
  request: FastifyRequest
  reply: FastifyReply
}>

async function answer(ctx: ApiCtx, service: Service, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply, route, check, told } = exchange
  const principal = await guard(ctx, service.gate, exchange)
  service.note(request.raw, principal.keyId)
  if (route.sandboxOnly && principal.book.environment !== 'test') {
    throw new AppError('sandbox.test_key_needed', {})
  }
  const work = accept(route, request)
  const now = bookNow(ctx.clock, principal.book)
  const prefer = readPreference(header(request, 'prefer'))
  const caller: Caller = { principal, now, requestId: request.id, prefer }
  const keyed = keyedRequest(request, principal, work)
  const asProblem = wantsProblem(request.headers.accept)
  return send(
    reply,
    await perform(service.performer, { work, caller, check, told, keyed, asProblem }),
  )
}

/** No key at all: refused before its body is read. */
const refuseKeyless = (request: FastifyRequest): AppError | undefined =>
  secretKeyIn(header(request, 'authorization')) === undefined
    ? new AppError('tenancy.invalid_api_key', {})
    : undefined

/** @throws api.invalid_request, money.json_invalid */
function accept(route: Route, request: FastifyRequest): Work {
  const body = readBody(bodyOf(request))
  const accepted = route.accept({ params: request.params, query: request.query, body })
  if (accepted.kind !== 'refused') return accepted
  const [first] = accepted.problems
  throw new AppError('api.invalid_request', {
    param: first?.param ?? '',
    problem: first?.message ?? '',
    errors: accepted.problems.slice(0, PROBLEMS_MAX),
  })
}

const PROBLEMS_MAX = 50

function readBody(body: Uint8Array): unknown {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) {
    const problem = 'bytes that are not UTF-8'
    throw new AppError('money.json_invalid', { problem, line: 1, column: 1 })
  }
  return readJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
}

function keyedRequest(
  request: FastifyRequest,
  principal: Caller['principal'],
  work: Work,
): KeyedRequest | undefined {
  const key = header(request, 'idempotency-key')
  if (key === undefined || request.method !== 'POST') return undefined
  return {
    bookId: principal.book.bookId,
    key: readIdempotencyKey(key),
    method: request.method,
    target: request.raw.url ?? '',
    body: bodyOf(request),
    work: work.kind === 'accepted_in_tx' ? 'local' : 'outside',
  }
}

function checkerOf(route: Route): CheckAnswer {
  return (given: Answer) => {
    const schema = route.reply[given.status]
    const where = `${route.method} ${route.path} ${given.status}`
    if (schema === undefined) throw new Error(`${where} is not declared`)
    const parsed = schema.safeParse(given.data)
    if (parsed.success) return
    const problems = parsed.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`)
    throw new Error(`${where} is not what the route declares: ${problems.join('; ')}`)
  }
}

const METHODS: readonly (Method | 'HEAD' | 'OPTIONS')[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]

/** A path that exists answers 405 to the methods it does not know, and says which it does. */
function refuseOtherMethods(ctx: ApiCtx, server: FastifyInstance, routes: readonly Route[]): void {
  for (const [path, own] of Map.groupBy(routes, (route) => route.path)) {
    const known = own.map((route) => route.method)
    const allowed = known.join(', ')
    server.route({
      method: METHODS.filter((method) => !known.some((one) => one === method)),
      url: path,
      onRequest: async (_request, reply) =>
        answerError(ctx, reply, new AppError('api.method_not_allowed', { allowed })),
      handler: () => undefined,
    })
  }
}
