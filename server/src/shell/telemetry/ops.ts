import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { readyText, type Readiness } from './readiness.ts'

/** A question about this process, as it came over HTTP. */
export type OpsRequest = Readonly<{
  path: string
  /** The address at the other end of the connection. */
  peer: string | undefined
  /** The header's text. */
  authorization: string | undefined
  /** A proxy handed it on: whoever asked may be anywhere. */
  isForwarded: boolean
}>

/** What is answered. */
export type OpsAnswer = Readonly<{
  status: number
  headers: Readonly<Record<string, string>>
  text: string
}>

/** How this process does: answers `/healthz`, `/readyz` and `/metrics`. */
export type Ops = (request: OpsRequest) => Promise<OpsAnswer>

/** What the answers are made of. */
export type OpsParts = Readonly<{
  readiness: Readiness
  /** Everything that was measured, in Prometheus' text format, with its content type. */
  measured: () => Promise<Readonly<{ contentType: string; text: string }>>
  /** The bearer token that reads `/metrics` from anywhere; empty: there is none. */
  metricsToken: string
}>

/** The paths that are answered, to GET and HEAD. */
export const OPS_PATHS = ['/healthz', '/readyz', '/metrics'] as const

const LIVES: OpsAnswer = answerOf(200, '{"status":"ok"}')

const UNKNOWN = answerOf(404, '{"status":"unknown"}')

const LOCKED: OpsAnswer = {
  ...answerOf(401, '{"status":"refused","reason":"the bearer token of the metrics is needed"}'),
  headers: { ...headersOf('application/json; charset=utf-8'), 'www-authenticate': 'Bearer' },
}

/** Makes the answers. They hold no secret; `/metrics` is for this machine and for who has the token. */
export function createOps({ readiness, measured, metricsToken }: OpsParts): Ops {
  const isToken = tokenCheck(metricsToken)
  const answers: Readonly<Record<string, Ops>> = {
    '/healthz': async () => LIVES,
    '/readyz': async () => {
      const reasons = await readiness()
      return answerOf(reasons.length === 0 ? 200 : 503, readyText(reasons))
    },
    '/metrics': async (request) => {
      const isHere = isLoopback(request.peer) && !request.isForwarded
      if (!isHere && !isToken(request.authorization)) return LOCKED
      const { contentType, text } = await measured()
      return { status: 200, headers: headersOf(contentType), text }
    },
  }
  return async (request) => (await answers[request.path]?.(request)) ?? UNKNOWN
}

/** The answers of a process that needs nothing, and measures nothing. */
export const bareOps = createOps({
  readiness: async () => [],
  measured: async () => ({ contentType: 'text/plain; charset=utf-8', text: '' }),
  metricsToken: '',
})

function answerOf(status: number, text: string): OpsAnswer {
  return { status, headers: headersOf('application/json; charset=utf-8'), text }
}

function headersOf(type: string): Readonly<Record<string, string>> {
  return { 'content-type': type, 'cache-control': 'no-store' }
}

/** Takes the same time whatever was given: only hashes are compared. */
function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const wanted = digest(token)
  return (authorization) => {
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? ''
    return timingSafeEqual(digest(given), wanted) && token !== ''
  }
}

/** `127.0.0.0/8`, `::1`, and the former as IPv6 writes it. */
function isLoopback(peer: string | undefined): boolean {
  const address = (peer ?? '').replace(/^::ffff:/i, '')
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

/** Headers that tell of a proxy on the way. */
const FORWARDING = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip']

/** Whether a proxy says that it handed a request on. */
export const isForwarded = (headers: Readonly<Record<string, unknown>>): boolean =>
  FORWARDING.some((name) => headers[name] !== undefined)
