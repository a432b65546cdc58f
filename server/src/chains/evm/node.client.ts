import { z } from 'zod'
import { AppError, isError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { Quantity } from './answers.ts'

/** One node, asked by JSON-RPC. */
export type EvmNode = Readonly<{
  chain: ChainId
  /** Its host and port: what errors name. A whole URL may hold a provider's secret. */
  name: string
  /**
   * Asks for one thing and reads the answer by its schema.
   *
   * @throws chain.unreachable, chain.node_refused, chain.answer_unusable, chain.wrong_network
   */
  ask: <Answer>(
    method: string,
    parameters: readonly unknown[],
    schema: z.ZodType<Answer>,
  ) => Promise<Answer>
}>

/** Where a node is, and what it must be. */
export type EvmNodeOptions = Readonly<{
  chain: ChainId
  /** What `eth_chainId` must answer before anything else is believed. */
  expectedChainId: bigint
  /** http or https; a user and password in it are sent as basic authorization. */
  url: string
  /** How long one answer may take, in ms. */
  timeoutMs: number
}>

const ANSWER_BYTES_MAX = 256 * 1024 * 1024
const PROBLEM_LENGTH_MAX = 200

const Envelope = z.union([
  z.object({ error: z.object({ code: z.number(), message: z.string() }) }),
  z.object({ error: z.null().optional(), result: z.unknown() }),
])

type NodeCtx = Pick<ShellCtx, 'clock'>

/** Makes the client of one node; nothing is asked until somebody does. */
export function createEvmNode(ctx: NodeCtx, options: EvmNodeOptions): EvmNode {
  const { chain, expectedChainId } = options
  const name = new URL(options.url).host
  let ofOurChain = false

  async function ask<Answer>(
    method: string,
    parameters: readonly unknown[],
    schema: z.ZodType<Answer>,
  ): Promise<Answer> {
    const answer = await post(ctx, options, { method, parameters })
    const envelope = Envelope.safeParse(parseJson(answer.text))
    if (envelope.success && envelope.data.error) {
      const { code, message } = envelope.data.error
      const problem = `${code}: ${message}`.slice(0, PROBLEM_LENGTH_MAX)
      throw new AppError('chain.node_refused', { chain, node: name, method, problem })
    }
    if (!answer.ok) {
      throw new AppError('chain.unreachable', { chain }, { cause: `HTTP ${answer.status}` })
    }
    const unusable = (problem: string, cause?: unknown): AppError =>
      new AppError('chain.answer_unusable', { chain, node: name, method, problem }, { cause })
    if (!envelope.success) throw unusable('it is not a JSON-RPC answer')
    const read = schema.safeParse('result' in envelope.data ? envelope.data.result : undefined)
    if (read.success) return read.data
    const [issue] = read.error.issues
    throw unusable(`${issue?.path.join('.') || 'result'}: ${issue?.message}`, read.error)
  }

  async function askOfOurChain<Answer>(
    method: string,
    parameters: readonly unknown[],
    schema: z.ZodType<Answer>,
  ): Promise<Answer> {
    try {
      if (!ofOurChain) {
        const found = await ask('eth_chainId', [], Quantity)
        const facts = { chain, node: name, expected: `${expectedChainId}`, found: `${found}` }
        if (found !== expectedChainId) throw new AppError('chain.wrong_network', facts)
        ofOurChain = true
      }
      return await ask(method, parameters, schema)
    } catch (error) {
      // What answers at this address after a silence may be another node: ask again who it is.
      if (isError(error, 'chain.unreachable')) ofOurChain = false
      throw error
    }
  }

  return { chain, name, ask: askOfOurChain }
}

type Answer = Readonly<{ ok: boolean; status: number; text: string }>

/** Sends one request within its time. @throws chain.unreachable, chain.answer_unusable */
async function post(
  ctx: NodeCtx,
  options: EvmNodeOptions,
  request: Readonly<{ method: string; parameters: readonly unknown[] }>,
): Promise<Answer> {
  const { chain, timeoutMs } = options
  const { address, headers } = target(options.url)
  const body = { jsonrpc: '2.0', id: 1, method: request.method, params: request.parameters }
  const tooLate = new AbortController()
  const finished = new AbortController()
  void ctx.clock.sleep(timeoutMs, finished.signal).then(() => tooLate.abort())
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
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
  const facts = { chain, node: address.host, method: request.method, problem }
  throw new AppError('chain.answer_unusable', facts)
}

/** The URL without what is secret in front of its host, which goes into a header. */
function target(url: string): Readonly<{ address: URL; headers: Record<string, string> }> {
  const address = new URL(url)
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (address.username !== '') {
    const user = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`
    headers['authorization'] = `Basic ${Buffer.from(user).toString('base64')}`
  }
  address.username = ''
  address.password = ''
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

/** The value, or undefined when the text is no JSON (a proxy's error page, half an answer). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
