import http from 'node:http'
import https from 'node:https'

/**
 * Why no answer came. `refused`: the guard did not let it out; `unresolved`: the name has no
 * address; `unreachable`: nobody took the connection; `closed`: it broke before an answer.
 */
export type OutboundFailure =
  'refused' | 'unresolved' | 'unreachable' | 'tls' | 'timeout' | 'closed' | 'not_http'

/** An answer: its status, and the first bytes of its body as text. */
export type Answer = Readonly<{ status: number; head: string }>

/** How an exchange ended. `stale`: a connection that had lain idle was no longer there. */
export type Exchanged = Answer | OutboundFailure | 'stale'

/** What a look-up throws when there is no address to connect to. */
export class NoRoute extends Error {
  readonly failure: OutboundFailure

  constructor(failure: OutboundFailure) {
    super(`no address to connect to: ${failure}`)
    this.failure = failure
  }
}

/**
 * Sends one HTTP request and reads the head of its answer; never throws and follows nothing.
 *
 * Once a status has arrived it counts, however the body ends: a server that said 200 has taken the
 * message, though it drips its page for ever. `options.signal` ends the exchange.
 */
export function exchange(
  options: https.RequestOptions,
  limits: Readonly<{ body: string; answerBytesMax: number }>,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    const progress = { connected: false, answered: false }
    const outgoing = (options.protocol === 'https:' ? https : http).request(options)
    outgoing.once('socket', (socket) => {
      progress.connected = !socket.connecting
      if (!progress.connected) socket.once('connect', () => (progress.connected = true))
    })
    outgoing.on('error', (error) => {
      if (progress.answered) return
      const failure = failureOf(error, progress.connected)
      resolve(failure === 'closed' && outgoing.reusedSocket ? 'stale' : failure)
    })
    outgoing.once('close', () => {
      if (!progress.answered) resolve('closed')
    })
    outgoing.once('response', (answer) => {
      progress.answered = true
      readHead(answer, limits.answerBytesMax, (head) => {
        resolve({ status: answer.statusCode ?? 0, head })
        // What was read to its end leaves a connection that the next message can use.
        if (!answer.complete) outgoing.destroy()
      })
    })
    outgoing.end(limits.body)
  })
}

/** Reads the first bytes of an answer; what a server sends beyond them is cut off. */
function readHead(
  answer: http.IncomingMessage,
  bytesMax: number,
  done: (head: string) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  const end = (): void => done(Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8'))
  answer.on('data', (chunk: Buffer) => {
    if (size < bytesMax) chunks.push(chunk)
    size += chunk.length
    if (size >= bytesMax) end()
  })
  answer.once('end', end)
  answer.once('error', end)
  answer.once('close', end)
}

const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_)/

function failureOf(error: Error, connected: boolean): OutboundFailure {
  if (error instanceof NoRoute) return error.failure
  const code = 'code' in error ? String(error.code) : ''
  if (error.name === 'AbortError') return 'timeout'
  if (code.startsWith('HPE_')) return 'not_http'
  if (TLS_CODE.test(code)) return 'tls'
  return connected ? 'closed' : 'unreachable'
}
