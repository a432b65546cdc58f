import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { readAnswerJson } from './answer-json.ts'
import { exchange, nodeName, type NodePlace } from './exchange.client.ts'

/** What a node answered to one call: a result, or its own refusal. */
export type RpcOutcome<Answer> =
  | Readonly<{ kind: 'result'; value: Answer }>
  | Readonly<{
      kind: 'refused'
      code: number
      message: string
      /** What some nodes say besides, where it is a text. */
      data?: string
    }>

/** One node that is asked by JSON-RPC. */
export type JsonRpcNode = Readonly<{
  /** Its host and port. */
  name: string
  /**
   * Asks for one thing and reads the answer by its schema.
   * @throws chain.unreachable, chain.node_refused, chain.answer_unusable
   */
  ask: <Answer>(
    method: string,
    parameters: readonly unknown[],
    schema: z.ZodType<Answer>,
  ) => Promise<Answer>
  /**
   * The same where a refusal is an answer too (a broadcast, something that is not there).
   * @throws chain.unreachable, chain.answer_unusable
   */
  attempt: <Answer>(
    method: string,
    parameters: readonly unknown[],
    schema: z.ZodType<Answer>,
  ) => Promise<RpcOutcome<Answer>>
}>

const PROBLEM_LENGTH_MAX = 200

const Envelope = z.union([
  z.object({
    error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }),
  }),
  z.object({ error: z.null().optional(), result: z.unknown() }),
])

/** Makes the client of one node; nothing is asked until somebody does. */
export function createJsonRpcNode(ctx: Pick<ShellCtx, 'clock'>, place: NodePlace): JsonRpcNode {
  const { chain } = place
  const name = nodeName(place.url)
  const attempt: JsonRpcNode['attempt'] = async (method, parameters, schema) => {
    const unusable = (problem: string, cause?: unknown): AppError =>
      new AppError('chain.answer_unusable', { chain, node: name, method, problem }, { cause })
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: parameters })
    const answer = await exchange(ctx, place, { method: 'POST', path: '', body, rpcMethod: method })
    const envelope = Envelope.safeParse(readAnswerJson(answer.text))
    if (envelope.success && envelope.data.error) {
      const { code, message, data } = envelope.data.error
      const refused = {
        kind: 'refused',
        code,
        message: message.slice(0, PROBLEM_LENGTH_MAX),
      } as const
      return typeof data === 'string'
        ? { ...refused, data: data.slice(0, PROBLEM_LENGTH_MAX) }
        : refused
    }
    if (!answer.ok) {
      throw new AppError('chain.unreachable', { chain }, { cause: `HTTP ${answer.status}` })
    }
    if (!envelope.success) throw unusable('it is not a JSON-RPC answer')
    const read = schema.safeParse('result' in envelope.data ? envelope.data.result : undefined)
    if (read.success) return { kind: 'result', value: read.data }
    const [issue] = read.error.issues
    throw unusable(`${issue?.path.join('.') || 'result'}: ${issue?.message}`, read.error)
  }
  return {
    name,
    attempt,
    ask: async (method, parameters, schema) => {
      const outcome = await attempt(method, parameters, schema)
      if (outcome.kind === 'result') return outcome.value
      const problem = `${outcome.code}: ${outcome.message}`
      throw new AppError('chain.node_refused', { chain, node: name, method, problem })
    },
  }
}
