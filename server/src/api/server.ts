import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import type { ShellCtx } from '../shell/context.ts'
import { wantsProblem, writeFailure, type Written } from './answer.ts'
import { bugReport } from '../shell/bug-report.ts'
import { failureOf, isOurFault } from './failure.ts'
import { createRequestIds } from './request-ids.ts'

/** The largest body that is read, in bytes: 10 MiB. */
export const BODY_BYTES_MAX = 10 * 1024 * 1024

/** How long a client may take, in ms. A connection that is slower is closed. */
export type HttpTimeouts = Readonly<{
  /** From the first byte to the end of the headers. */
  headersMs: number
  /** From the first byte to the end of the body. */
  requestMs: number
  /** Between two requests on one connection. */
  keepAliveMs: number
  /** How often connections are looked at. */
  checkMs: number
}>

const TIMEOUTS: HttpTimeouts = {
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 65_000,
  checkMs: 5_000,
}

const HEADER_BYTES_MAX = 16_384
const PARAM_LENGTH_MAX = 512

type Ctx = Pick<ShellCtx, 'ids' | 'log'>

/**
 * Makes the HTTP server: its limits, and one form for everything that goes wrong, be it a bug, a
 * refusal, an unknown path or bytes that are no HTTP.
 */
export function createHttpServer(ctx: Ctx, timeouts: HttpTimeouts = TIMEOUTS): FastifyInstance {
  const nextId = createRequestIds(ctx.ids)
  const server: FastifyInstance = Fastify({
    logger: false,
    genReqId: nextId,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkMs,
      maxHeaderSize: HEADER_BYTES_MAX,
      // A second Authorization header is then seen, and fits nothing, instead of being dropped.
      joinDuplicateHeaders: true,
    },
    clientErrorHandler: (error, socket) => answerSocket(nextId(), error, socket),
    frameworkErrors: (error, _request, reply) => answerError(ctx, reply, error),
  })
  readJsonBodies(server)
  server.setErrorHandler((error, _request, reply) => answerError(ctx, reply, error))
  server.setNotFoundHandler(
    { preValidation: (_request, _reply, done) => done() },
    (_request, reply) => answerError(ctx, reply, new AppError('api.route_unknown', {})),
  )
  return server
}

/** Sends what was written. */
export function send(reply: FastifyReply, written: Written): FastifyReply {
  return reply
    .code(written.status)
    .header('x-request-id', reply.request.id)
    .header('cache-control', 'no-store')
    .headers(written.headers)
    .send(written.text)
}

/** Tells a client what went wrong, and the log if it is our fault. */
export function answerError(
  ctx: Pick<Ctx, 'log'>,
  reply: FastifyReply,
  thrown: unknown,
): FastifyReply {
  const error = asRefusal(thrown)
  const { request } = reply
  const failure = failureOf(error)
  if (isOurFault(error)) {
    const route = request.routeOptions.url ?? '(unknown)'
    const told = { request_id: request.id, route, told: failure.code, error: bugReport(error) }
    ctx.log.error(told, 'a request failed')
  }
  const asProblem = wantsProblem(request.headers.accept)
  return send(reply, writeFailure(failure, { requestId: request.id, asProblem }))
}

/** Bodies arrive as the bytes that were sent, since those are what was signed. */
function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    const charset = /charset="?([^\s;"]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
    if (encoding === 'identity' && /^utf-?8$/i.test(charset ?? 'utf-8')) return done(null, body)
    done(new AppError('api.media_type_not_supported', {}))
  })
}

/** What Fastify throws, as refusals of the catalogue; everything else as it is. */
function asRefusal(thrown: unknown): unknown {
  if (!isFastifyError(thrown)) return thrown
  const { code, statusCode = 500 } = thrown
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new AppError('api.body_too_large', { limit: BODY_BYTES_MAX })
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new AppError('api.media_type_not_supported', {})
  }
  if (code === 'FST_ERR_BAD_URL') {
    return new AppError('api.malformed_request', { problem: 'the URL cannot be decoded' })
  }
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return new AppError('api.route_unknown', {})
  const clients = statusCode >= 400 && statusCode < 500
  // A body that broke off, a length that does not fit: nothing of it is worth quoting.
  return clients ? new AppError('api.malformed_request', { problem: 'its body broke off' }) : thrown
}

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && 'code' in error && 'statusCode' in error && !(error instanceof AppError)

/** Answers bytes that never became a request. */
function answerSocket(requestId: string, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const failure = failureOf(refusalOfBytes(error.code))
  const { status, headers, text } = writeFailure(failure, { requestId, asProblem: false })
  const lines = Object.entries({
    ...headers,
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`)
}

function refusalOfBytes(code: string | undefined): AppError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('api.request_timeout', {})
  if (code === 'HPE_HEADER_OVERFLOW') return new AppError('api.headers_too_large', {})
  return new AppError('api.malformed_request', { problem: 'its bytes are not HTTP/1.1' })
}
