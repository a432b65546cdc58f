import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { inSpan } from '../../shell/telemetry/tracing.ts'

/** Where a node is. */
export type NodePlace = Readonly<{
  chain: ChainId
  /** http or https; a user and password in it are sent as basic authorization. */
  url: string
  /** How long one answer may take, in ms. */
  timeoutMs: number
}>

/** One request to a node. */
export type NodeRequest = Readonly<{
  method: 'GET' | 'POST'
  /** Below the URL's own path, without a slash in front; empty for a node with one path. */
  path: string
  /** Absent: no body. A text is sent as JSON, bytes as `application/octet-stream`. */
  body?: string | Uint8Array
  /** What a call of JSON-RPC asks for: traces name it. Paths may hold addresses, and are not named. */
  rpcMethod?: string
}>

/** What a node answered, whatever its status. */
export type NodeAnswer = Readonly<{ ok: boolean; status: number; text: string }>

const ANSWER_BYTES_MAX = 256 * 1024 * 1024

/** The host and port of a node: what errors may name. A whole URL may hold a provider's secret. */
export const nodeName = (url: string): string => new URL(url).host

/**
 * Sends one request to a node and reads the whole answer within its time. Nodes are the operator's
 * own choice, so their addresses are not guarded; redirects are not followed.
 *
 * @throws chain.unreachable, chain.answer_unusable
 */
export function exchange(
  ctx: Pick<ShellCtx, 'clock'>,
  place: NodePlace,
  request: NodeRequest,
): Promise<NodeAnswer> {
  const attributes = { 'coffer.chain': place.chain, 'server.address': nodeName(place.url) }
  const name = `node ${request.rpcMethod ?? request.method}`
  return inSpan({ name, kind: 'client', attributes }, async (note) => {
    const answer = await ask(ctx, place, request)
    note({ 'http.response.status_code': answer.status })
    return answer
  })
}

async function ask(
  ctx: Pick<ShellCtx, 'clock'>,
  place: NodePlace,
  request: NodeRequest,
): Promise<NodeAnswer> {
  const { chain, timeoutMs } = place
  const { address, headers } = target(place.url, request)
  const tooLate = new AbortController()
  const finished = new AbortController()
  void ctx.clock.sleep(timeoutMs, finished.signal).then(() => tooLate.abort())
  try {
    const response = await fetch(address, {
      method: request.method,
      headers,
      body: request.body === undefined ? null : Buffer.from(request.body),
      redirect: 'error',
      signal: tooLate.signal,
    })
    const text = await readText(response)
    if (text !== undefined) return { ok: response.ok, status: response.status, text }
  } catch (cause) {
    throw new AppError('chain.unreachable', { chain }, { cause })
  } finally {
    finished.abort()
  }
  const problem = `it has more than ${ANSWER_BYTES_MAX} bytes`
  const facts = { chain, node: address.host, method: request.path || request.method, problem }
  throw new AppError('chain.answer_unusable', facts)
}

type Target = Readonly<{ address: URL; headers: Record<string, string> }>

/** The URL without what is secret in front of its host, which goes into a header. */
function target(url: string, { path, body }: NodeRequest): Target {
  const address = new URL(url)
  const headers: Record<string, string> = {}
  if (body !== undefined) {
    headers['content-type'] =
      typeof body === 'string' ? 'application/json' : 'application/octet-stream'
  }
  if (address.username !== '') {
    const user = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`
    headers['authorization'] = `Basic ${Buffer.from(user).toString('base64')}`
  }
  address.username = ''
  address.password = ''
  if (path !== '') {
    const [below = '', ...queries] = path.split('?')
    address.pathname = `${address.pathname.replace(/\/$/, '')}/${below}`
    // A provider's key may stand in the URL's own query: it stays.
    address.search = [address.search.slice(1), ...queries].filter((one) => one !== '').join('&')
  }
  return { address, headers }
}

/** The whole body; undefined when it is longer than any honest answer. */
async function readText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > ANSWER_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
