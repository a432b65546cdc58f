import type { Dispatcher } from 'undici'

/**
 * Why no answer came. `refused`: the guard did not let it out; `unresolved`: the name has no
 * address; `unreachable`: nobody took the connection; `closed`: it broke before an answer.
 */
export type OutboundFailure =
  'refused' | 'unresolved' | 'unreachable' | 'tls' | 'timeout' | 'closed' | 'not_http'

/** An answer: its status, and the first bytes of its body as text. */
export type Answer = Readonly<{ status: number; head: string }>

/** What a look-up throws when there is no address to connect to. */
export class NoRoute extends Error {
  readonly failure: OutboundFailure

  constructor(failure: OutboundFailure) {
    super(`no address to connect to: ${failure}`)
    this.failure = failure
  }
}

/** An exchange under way. */
export type Exchange = Readonly<{
  /** Never rejects. */
  ended: Promise<Answer | OutboundFailure>
  /** Its time is over: ends it with what has come. */
  stop: () => void
}>

/** Thrown into an exchange to end it; nobody reads its stack. */
const ENOUGH = new Error('the exchange is over')

/**
 * Sends one HTTP request and reads the head of its answer; follows nothing.
 *
 * Once a status has arrived it counts, however the body ends: a server that said 200 has taken the
 * message, though it drips its page for ever.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  answerBytesMax: number,
): Exchange {
  const { promise, resolve } = Promise.withResolvers<Answer | OutboundFailure>()
  const chunks: Buffer[] = []
  let size = 0
  let status: number | undefined
  let isOver = false
  let controller: Dispatcher.DispatchController | undefined
  const end = (failure: OutboundFailure): void => {
    isOver = true
    if (status === undefined) return resolve(failure)
    const head = Buffer.concat(chunks).subarray(0, answerBytesMax).toString('utf8')
    resolve({ status, head })
  }
  dispatcher.dispatch(options, {
    onRequestStart: (started) => {
      controller = started
      // It waited for its connection for too long.
      if (isOver) started.abort(ENOUGH)
    },
    onResponseStart: (_controller, code) => {
      if (code >= 200) status = code
    },
    onResponseData: (reading, chunk) => {
      if (size < answerBytesMax) chunks.push(chunk)
      size += chunk.length
      if (size < answerBytesMax) return
      end('closed')
      // What a server sends beyond is cut off, and the connection with it.
      reading.abort(ENOUGH)
    },
    onResponseEnd: () => end('closed'),
    onResponseError: (_controller, error) => end(failureOf(error, controller !== undefined)),
  })
  const stop = (): void => {
    end('timeout')
    controller?.abort(ENOUGH)
  }
  return { ended: promise, stop }
}

const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_)/
const NOT_HTTP = /^(HTTPParserError|HeadersOverflowError)$/

function failureOf(error: Error, connected: boolean): OutboundFailure {
  if (error instanceof NoRoute) return error.failure
  const code = 'code' in error ? String(error.code) : ''
  if (NOT_HTTP.test(error.name)) return 'not_http'
  if (TLS_CODE.test(code)) return 'tls'
  return connected ? 'closed' : 'unreachable'
}
