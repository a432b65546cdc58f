import { isIPv6, type LookupFunction } from 'node:net'
import type { Dispatcher } from 'undici'
import { AppError } from '../../errors/app-error.ts'
import type { Clock, Instant } from '../clock.ts'
import { createConnections, type Connections } from './connections.client.ts'
import { exchange, NoRoute, type Answer, type OutboundFailure } from './exchange.client.ts'
import {
  checkUrl,
  isLoopbackName,
  refusalOfAddress,
  type OutboundRefusal,
  type OutboundRules,
  type OutboundUrl,
} from './outbound-url.ts'
import type { ResolveName } from './resolve-name.client.ts'

/** One request to an address that somebody else chose. */
export type OutboundRequest = Readonly<{
  url: string
  rules: OutboundRules
  method: 'GET' | 'POST'
  headers: Readonly<Record<string, string>>
  body: string
  /** For all of it: resolving, connecting, sending and reading the answer. */
  timeoutMs: number
  /** How much of the answer's body is read; the rest is not waited for. */
  answerBytesMax: number
}>

/** How a request ended. Any status is an answer, a redirect too: it is never followed. */
export type OutboundOutcome =
  | Readonly<{ kind: 'answered'; status: number; head: string; durationMs: number }>
  | Readonly<{ kind: 'failed'; failure: OutboundFailure; durationMs: number }>

/** The only way out of Coffer to an address that somebody else chose. */
export type Outbound = Readonly<{
  /** Refuses what could never be called; for when it is saved. @throws shell.url_refused */
  check: (url: string, rules: OutboundRules) => Promise<void>
  /**
   * Sends it on a connection whose address was judged under the same rules when it was made; never
   * throws for what the other side does.
   */
  send: (request: OutboundRequest) => Promise<OutboundOutcome>
}>

type OutboundCtx = Readonly<{
  clock: Clock
  resolve: ResolveName
  /** Certificate authorities to trust beside the public ones, as PEM. */
  authorities?: readonly string[]
}>

const ADDRESSES_MAX = 16

/** The guard and the client in one: no connection leaves it that was not judged at that moment. */
export function createOutbound(ctx: OutboundCtx): Outbound {
  const connections = createConnections({
    lookup: (rules) => judgingLookup(ctx, rules),
    authorities: ctx.authorities,
  })
  const met: Met = new Map()
  return {
    check: async (url, rules) => {
      const checked = checkUrl(url, rules)
      const reason =
        checked.kind === 'refused' ? checked.reason : await refusalAtSave(ctx, checked.url, rules)
      if (reason !== undefined) throw new AppError('shell.url_refused', { reason })
    },
    send: (request) => send({ ...ctx, connections, met }, request),
  }
}

async function refusalAtSave(
  ctx: OutboundCtx,
  url: OutboundUrl,
  rules: OutboundRules,
): Promise<OutboundRefusal | undefined> {
  const route = await findRoute(ctx, url, rules)
  if (route.kind === 'refused') return 'its host is not a public address'
  // A name server that is down today says nothing about the URL.
  return route.kind === 'absent' ? 'its host does not exist' : undefined
}

type Route =
  | Readonly<{ kind: 'pinned'; addresses: readonly string[] }>
  | Readonly<{ kind: 'refused' | 'absent' | 'unknown' }>

/** The addresses to connect to, all of them allowed: one bad address condemns the name. */
async function findRoute(
  ctx: OutboundCtx,
  url: Pick<OutboundUrl, 'host' | 'isAddress'>,
  rules: OutboundRules,
): Promise<Route> {
  if (url.isAddress) return { kind: 'pinned', addresses: [url.host] }
  if (isLoopbackName(url.host)) return { kind: 'pinned', addresses: ['127.0.0.1', '::1'] }
  const found = await ctx.resolve(url.host)
  if (found.kind !== 'addresses') return found
  const bad = found.addresses.filter((one) => refusalOfAddress(one, rules) !== undefined)
  if (bad.length > 0) return { kind: 'refused' }
  return { kind: 'pinned', addresses: found.addresses.slice(0, ADDRESSES_MAX) }
}

/** The origins that answered lately, and when: on them a connection may be kept. */
type Met = Map<string, Instant>

type SendCtx = OutboundCtx & Readonly<{ connections: Connections; met: Met }>

const MET_MS = 10_000
const MET_MAX = 1_000

async function send(ctx: SendCtx, request: OutboundRequest): Promise<OutboundOutcome> {
  const startedAt = ctx.clock.now()
  const ended = await attempt(ctx, request)
  // The machine's clock may be set back meanwhile.
  const durationMs = Math.max(0, ctx.clock.now() - startedAt)
  return typeof ended === 'string'
    ? { kind: 'failed', failure: ended, durationMs }
    : { kind: 'answered', ...ended, durationMs }
}

async function attempt(ctx: SendCtx, request: OutboundRequest): Promise<Answer | OutboundFailure> {
  const checked = checkUrl(request.url, request.rules)
  if (checked.kind === 'refused') return 'refused'
  const { url } = checked
  const over = new AbortController()
  let stop: () => void = () => undefined
  void ctx.clock.sleep(request.timeoutMs, over.signal).then(() => stop())
  const once = (reset: boolean): Promise<Answer | OutboundFailure> => {
    const options = { ...requestTo(url, request), reset }
    const started = exchange(ctx.connections(request.rules), options, request.answerBytesMax)
    stop = started.stop
    return started.ended
  }
  try {
    const ended = await once(false)
    const isStale = ended === 'closed' && isMet(ctx, url)
    // It closed a connection that was kept, while the message was on its way: it gets a new one.
    const last = isStale ? await once(true) : ended
    if (typeof last !== 'string') meet(ctx, url)
    return last
  } finally {
    stop = () => undefined
    // With a reason: the one that is made otherwise is an error with a stack.
    over.abort('over')
  }
}

function isMet({ clock, met }: SendCtx, { origin }: OutboundUrl): boolean {
  const at = met.get(origin)
  met.delete(origin)
  return at !== undefined && clock.now() - at < MET_MS
}

function meet({ clock, met }: SendCtx, { origin }: OutboundUrl): void {
  if (met.size >= MET_MAX) met.clear()
  met.set(origin, clock.now())
}

/**
 * Name resolution that judges: it is asked once for each connection, and the connection goes to
 * what was judged, whatever the name means a moment later.
 */
const judgingLookup =
  (ctx: OutboundCtx, rules: OutboundRules): LookupFunction =>
  (host, options, callback) => {
    const answer = (route: Route): void => {
      if (route.kind === 'refused') return callback(new NoRoute('refused'), '')
      if (route.kind !== 'pinned') return callback(new NoRoute('unresolved'), '')
      const pinned = route.addresses.map((address) => ({
        address,
        family: isIPv6(address) ? 6 : 4,
      }))
      const [first] = pinned
      if (options.all === true) callback(null, pinned)
      else callback(null, first?.address ?? '', first?.family)
    }
    const url = { host, isAddress: false }
    findRoute(ctx, url, rules).then(answer, () => callback(new NoRoute('unresolved'), ''))
  }

function requestTo(url: OutboundUrl, request: OutboundRequest): Dispatcher.DispatchOptions {
  const host = isIPv6(url.host) ? `[${url.host}]` : url.host
  return {
    // The name stays: it is the Host header, and the name on the certificate (SNI).
    origin: `${url.secure ? 'https' : 'http'}://${host}:${url.port}`,
    path: url.target,
    method: request.method,
    headers: request.headers,
    body: request.method === 'GET' && request.body === '' ? null : request.body,
  }
}
