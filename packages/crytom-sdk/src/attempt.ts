import type { Prepared } from './request.ts'
import type { Settings } from './settings.ts'
import { signatureHeaders } from './sign.ts'
import { VERSION } from './version.ts'

/** An answer that came whole. */
export type Received = Readonly<{
  kind: 'received'
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  text: string
}>

/** No whole answer. */
export type Failed = Readonly<{
  kind: 'failed'
  code: 'connection_failed' | 'timed_out' | 'aborted' | 'answer_unreadable'
  outcome: 'not_sent' | 'unknown'
  cause: unknown
}>

/** No answer of the API is nearly as large. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

/** Sends a request once. Redirects are not followed: they would carry the key elsewhere. */
export async function attempt(
  settings: Settings,
  prepared: Prepared,
  timestamp: number,
): Promise<Received | Failed> {
  const { method, target, body, idempotencyKey, prefer, signal } = prepared
  if (hasEnded(signal)) return failed('aborted', 'not_sent', signal?.reason)
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), prepared.timeoutMs)
  const abort = (): void => stop.abort(signal?.reason)
  signal?.addEventListener('abort', abort)
  try {
    const response = await settings.fetch(prepared.url, {
      method,
      redirect: 'manual',
      signal: stop.signal,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${settings.secretKey}`,
        'user-agent': `crytom-sdk/${VERSION}`,
        ...signatureHeaders(settings.secretKey, { timestamp, method, target, body }),
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
        ...(prefer === undefined ? {} : { prefer }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === '' ? {} : { body }),
    })
    const text = await readText(response)
    if (text === undefined) return failed('answer_unreadable', 'unknown', undefined)
    const headers = Object.fromEntries(response.headers)
    return { kind: 'received', status: response.status, headers, text }
  } catch (error) {
    if (hasEnded(signal)) return failed('aborted', 'unknown', signal?.reason)
    if (stop.signal.aborted) return failed('timed_out', 'unknown', error)
    return failed('connection_failed', neverSent(error) ? 'not_sent' : 'unknown', error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

const hasEnded = (signal: AbortSignal | undefined): boolean => signal?.aborted ?? false

const failed = (code: Failed['code'], outcome: Failed['outcome'], cause: unknown): Failed => ({
  kind: 'failed',
  code,
  outcome,
  cause,
})

/** The body's text; undefined where it is too long. */
async function readText(response: Response): Promise<string | undefined> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > ANSWER_BYTES_MAX) {
      await reader.cancel()
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}

const BEFORE_SENDING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/

/** Whether a failure of `fetch` says that there was no connection to send anything over. */
function neverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const cause: unknown = error.cause
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return false
  return BEFORE_SENDING.test(String(cause.code))
}
