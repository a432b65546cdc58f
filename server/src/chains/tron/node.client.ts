import { z } from 'zod'
import { AppError, isError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { readAnswerJson } from '../node/answer-json.ts'
import { exchange, nodeName, type NodeAnswer } from '../node/exchange.client.ts'
import { Header } from './answers.ts'

/** One java-tron node, or a service that answers like one. */
export type TronNode = Readonly<{
  chain: ChainId
  /** Its host and port. */
  name: string
  /**
   * Asks for one thing and reads the answer by its schema.
   *
   * @param path of the API: `wallet/getblock`, `walletsolidity/getaccount` …
   * @throws chain.unreachable, chain.node_refused, chain.answer_unusable, chain.wrong_network
   */
  ask: <Answer>(path: string, body: object, schema: z.ZodType<Answer>) => Promise<Answer>
}>

/** Where a node is, and what it must be. */
export type TronNodeOptions = Readonly<{
  chain: ChainId
  /** The last four bytes of the first block's id, 8 hexadecimal digits: what names the network. */
  genesis: string
  /** Where `wallet/…` is answered. */
  url: string
  /** Where `walletsolidity/…` is: a node of one's own answers it on a port of its own. */
  solidityUrl: string
  /** How long one answer may take, in ms. */
  timeoutMs: number
}>

const PROBLEM_LENGTH_MAX = 200
const Failure = z.object({ Error: z.string() })

/** Refusals that pass when one waits: too long, too early, too many. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429])

/** Makes the client of one node; nothing is asked until somebody does. */
export function createTronNode(
  ctx: Pick<ShellCtx, 'clock'>,
  { chain, genesis, url, solidityUrl, timeoutMs }: TronNodeOptions,
): TronNode {
  const name = nodeName(url)
  let ofOurChain = false

  const ask: TronNode['ask'] = async (path, body, schema) => {
    const place = { chain, url: path.startsWith('walletsolidity/') ? solidityUrl : url, timeoutMs }
    const request = { method: 'POST', path, body: JSON.stringify(body) } as const
    const value = valueOf(await exchange(ctx, place, request), { chain, node: name, method: path })
    const read = schema.safeParse(value)
    if (read.success) return read.data
    const [issue] = read.error.issues
    const problem = `${issue?.path.join('.') || 'answer'}: ${issue?.message}`
    const facts = { chain, node: name, method: path, problem }
    throw new AppError('chain.answer_unusable', facts, { cause: read.error })
  }

  const identify = async (): Promise<void> => {
    const first = await ask('wallet/getblock', { id_or_num: '0', detail: false }, Header)
    const found = first?.hash.slice(-genesis.length) ?? 'none'
    const facts = { chain, node: name, expected: genesis, found }
    if (found !== genesis) throw new AppError('chain.wrong_network', facts)
    ofOurChain = true
  }

  const askOfOurChain: TronNode['ask'] = async (...question) => {
    try {
      if (!ofOurChain) await identify()
      return await ask(...question)
    } catch (error) {
      // What answers at this address after a silence may be another node: ask again who it is.
      if (isError(error, 'chain.unreachable')) ofOurChain = false
      throw error
    }
  }

  return { chain, name, ask: askOfOurChain }
}

type Asked = Readonly<{ chain: ChainId; node: string; method: string }>

/** What a node says; it refuses by an `Error` in an answer like any other. */
function valueOf({ ok, status, text }: NodeAnswer, asked: Asked): unknown {
  const value = readAnswerJson(text)
  const failure = Failure.safeParse(value)
  const isRefused = status === 501 || (status >= 400 && status < 500 && !PASSING.has(status))
  if (failure.success || isRefused) {
    const said = failure.success ? failure.data.Error : `HTTP ${status}`
    const problem = said.slice(0, PROBLEM_LENGTH_MAX)
    throw new AppError('chain.node_refused', { ...asked, problem })
  }
  if (!ok) {
    throw new AppError('chain.unreachable', { chain: asked.chain }, { cause: `HTTP ${status}` })
  }
  if (value !== undefined) return value
  throw new AppError('chain.answer_unusable', { ...asked, problem: 'it is not JSON' })
}
