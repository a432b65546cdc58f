import type { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { readAnswerJson } from '../node/answer-json.ts'
import { exchange, nodeName, type NodePlace, type NodeRequest } from '../node/exchange.client.ts'
import type { StacksNetwork } from './address.ts'
import { Info } from './answers.ts'

/** One node with the Stacks API in front of it. */
export type StacksNode = Readonly<{
  chain: ChainId
  /** Its host and port. */
  name: string
  network: StacksNetwork
  /**
   * Asks for one thing and reads the answer by its schema; undefined when it is not there.
   * @throws chain.unreachable, chain.answer_unusable, chain.node_refused, chain.wrong_network
   */
  find: <Answer>(path: string, schema: z.ZodType<Answer>) => Promise<Answer | undefined>
  /** The same where it must be there: its absence is the node's refusal. */
  ask: <Answer>(path: string, schema: z.ZodType<Answer>) => Promise<Answer>
  /**
   * Sends something; a refusal (any 4xx) is an answer too, and comes as `refused`.
   * @throws chain.unreachable, chain.answer_unusable, chain.wrong_network
   */
  post: <Answer, Refusal>(
    request: Readonly<{ path: string; body: string | Uint8Array }>,
    schema: z.ZodType<Answer>,
    refusal: z.ZodType<Refusal>,
  ) => Promise<Posted<Answer, Refusal>>
}>

/** What a node said to what was sent. */
export type Posted<Answer, Refusal> =
  Readonly<{ kind: 'answer'; value: Answer }> | Readonly<{ kind: 'refused'; value: Refusal }>

const NETWORK_IDS = { mainnet: 1, testnet: 0x8000_0000 } as const
const PROBLEM_LENGTH_MAX = 200

type Answered = Readonly<{ status: number; value: unknown; text: string }>

/** Makes the client of one node. Its network is checked once, before the first question. */
export function createStacksNode(
  ctx: Pick<ShellCtx, 'clock'>,
  place: NodePlace & Readonly<{ network: StacksNetwork }>,
): StacksNode {
  const { chain, network } = place
  const name = nodeName(place.url)
  const request = async (given: NodeRequest): Promise<Answered> => {
    const { status, text } = await exchange(ctx, place, given)
    if (status >= 500 || status === 429) {
      throw new AppError('chain.unreachable', { chain }, { cause: `HTTP ${status}` })
    }
    return { status, value: readAnswerJson(text), text }
  }
  const read = <Answer>(path: string, answer: Answered, schema: z.ZodType<Answer>): Answer => {
    const parsed = schema.safeParse(answer.value)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    const problem = `${issue?.path.join('.') || 'answer'}: ${issue?.message}`
    const facts = { chain, node: name, method: path, problem }
    throw new AppError('chain.answer_unusable', facts, { cause: parsed.error })
  }
  const refused = (path: string, { status, text }: Answered): AppError => {
    const problem = `${status}: ${text.slice(0, PROBLEM_LENGTH_MAX)}`
    return new AppError('chain.node_refused', { chain, node: name, method: path, problem })
  }
  const find: StacksNode['find'] = async (path, schema) => {
    const answer = await request({ method: 'GET', path })
    if (answer.status === 404) return undefined
    if (answer.status >= 400) throw refused(path, answer)
    return read(path, answer, schema)
  }
  const checked = once(async () => {
    const found = `${(await find('v2/info', Info))?.network_id}`
    const expected = `${NETWORK_IDS[network]}`
    if (found === expected) return
    throw new AppError('chain.wrong_network', { chain, node: name, expected, found })
  })
  return {
    chain,
    name,
    network,
    find: async (path, schema) => {
      await checked()
      return find(path, schema)
    },
    ask: async (path, schema) => {
      await checked()
      const found = await find(path, schema)
      if (found !== undefined) return found
      throw refused(path, { status: 404, value: undefined, text: 'it is not there' })
    },
    post: async ({ path, body }, schema, refusal) => {
      await checked()
      const answer = await request({ method: 'POST', path, body })
      if (answer.status >= 400) return { kind: 'refused', value: read(path, answer, refusal) }
      return { kind: 'answer', value: read(path, answer, schema) }
    },
  }
}

/** Does work until it has succeeded, and never again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () =>
    (done ??= work().catch((error: unknown) => {
      done = undefined
      throw error
    }))
}
