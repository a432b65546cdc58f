import { randomUUID } from 'node:crypto'
import { CrytomUsageError } from './errors.ts'
import { writeJson } from './json.ts'
import { wholeNumber, type Settings } from './settings.ts'

/** What a call can be given beside its own parameters. */
export type CallOptions = Readonly<{
  /**
   * Names this write: whatever is sent with the same key and content is done once, for 30 days.
   * Without one each call has its own, so that the client's own repetitions are safe.
   */
  idempotencyKey?: string | undefined
  /**
   * How long an answer may wait for what goes on after the work, such as a payout's broadcast:
   * `respond-async` not at all, `wait=n` up to n seconds.
   */
  prefer?: string | undefined
  /** Ends the call. */
  signal?: AbortSignal | undefined
  /** In place of the client's. */
  timeoutMs?: number | undefined
  /** In place of the client's. */
  maxRetries?: number | undefined
}>

/** Texts of a query; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** One request to the API. */
export type ApiRequest = CallOptions &
  Readonly<{
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
    /** Such as `/v1/payments`; names in it are to be encoded by `encodeURIComponent`. */
    path: string
    query?: Query | undefined
    /** Written as JSON; none: no body. */
    body?: unknown
  }>

/** A request as it is sent, but for its timestamp. */
export type Prepared = Readonly<{
  method: string
  url: string
  /** Path and query as the API sees them. */
  target: string
  body: string
  idempotencyKey: string | undefined
  prefer: string | undefined
  signal: AbortSignal | undefined
  timeoutMs: number
  maxRetries: number
}>

/** @throws CrytomUsageError path_invalid, option_invalid; TypeError for a bigint in the body */
export function prepare(settings: Settings, request: ApiRequest): Prepared {
  const { method, path, query = {}, body } = request
  if (!/^\/v1\/[^?#]*$/.test(path) || /\/\.{1,2}(\/|$)|\/\/|\\/.test(path)) {
    throw new CrytomUsageError({
      code: 'path_invalid',
      message: 'A path begins with /v1/, has no empty part, and no query or fragment.',
    })
  }
  // What a URL makes of the texts is what is sent, so it is also what is signed.
  const url = new URL('http://api.invalid' + path)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value))
  }
  const target = url.pathname + url.search
  const isWrite = method === 'POST'
  return {
    method,
    url: settings.baseUrl + target,
    target,
    body: body === undefined ? '' : writeJson(body),
    idempotencyKey: request.idempotencyKey ?? (isWrite ? randomUUID() : undefined),
    prefer: request.prefer,
    signal: request.signal,
    timeoutMs: wholeNumber('timeoutMs', request.timeoutMs ?? settings.timeoutMs, 1),
    maxRetries: wholeNumber('maxRetries', request.maxRetries ?? settings.maxRetries, 0),
  }
}
