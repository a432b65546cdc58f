import { z } from 'zod'
import {
  CrytomApiError,
  CrytomClient,
  CrytomConnectionError,
  CrytomUsageError,
  type ApiRequest,
} from '../../../../packages/crytom-sdk/src/index.ts'
import { AppError } from '../../errors/app-error.ts'
import { readJson, type JsonValue } from '../../money/json.ts'
import type { Environment } from '../../shell/book.ts'
import type { Machine } from '../cli/command.ts'
import type { ServerPlace } from './find-server.ts'

/** An answer: `data` with its numbers as they were written. */
export type Answer = Readonly<{
  data: JsonValue
  message: string | undefined
  /** Objects on all pages of a list, and where the next page begins. */
  total: number | undefined
  nextCursor: string | undefined
}>

/** A running server, as a command speaks to it. */
export type Server = Readonly<{
  url: string
  environment: Environment
  /** @throws cli.server_away, cli.server_refused, cli.key_or_url_unusable; or the reason to stop */
  get: (path: string, query?: ApiRequest['query']) => Promise<Answer>
  post: (path: string, body?: object) => Promise<Answer>
  send: (request: ApiRequest) => Promise<Answer>
}>

/** One more try hides a broken connection; a server that is away is told at once. */
const RETRIES = 1

/** Opens a server. Requests end when `signal` does. @throws cli.key_or_url_unusable */
export function openServer(
  { url, key }: Pick<ServerPlace, 'url' | 'key'>,
  signal: Machine['signal'],
): Server {
  const client = named(url, () => new CrytomClient(key, { baseUrl: url, maxRetries: RETRIES }))
  const send = async (request: ApiRequest): Promise<Answer> => {
    try {
      const { text, message, pagination } = await client.request({ signal, ...request })
      const { data } = Enveloped.parse(readJson(text))
      return { data, message, total: pagination?.total, nextCursor: pagination?.next_cursor }
    } catch (error) {
      signal.throwIfAborted()
      throw refusalOf(url, error)
    }
  }
  return {
    url: client.baseUrl,
    environment: client.environment,
    get: (path, query) => send({ method: 'GET', path, query }),
    post: (path, body = {}) => send({ method: 'POST', path, body }),
    send,
  }
}

/** Whatever `readJson` reads; it checked the text already. */
const Enveloped = z.object({ data: z.custom<JsonValue>() })

function named<T>(url: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw refusalOf(url, error)
  }
}

/** What the client says, in the words of the catalogue; what it does not say stays a bug. */
function refusalOf(url: string, error: unknown): unknown {
  if (error instanceof CrytomApiError) {
    const { status, code, message, requestId } = error
    const facts = { status, error: code, message, requestId }
    return new AppError('cli.server_refused', facts, { cause: error })
  }
  if (error instanceof CrytomConnectionError) {
    const problem = reasonOf(error.cause) ?? error.message
    return new AppError('cli.server_away', { url, problem }, { cause: error })
  }
  if (error instanceof CrytomUsageError) {
    return new AppError('cli.key_or_url_unusable', { problem: error.message }, { cause: error })
  }
  return error
}

/** The code of the machine, such as ECONNREFUSED, which `fetch` puts into a cause; or its words. */
function reasonOf(error: unknown): string | undefined {
  const inner = error instanceof Error ? error.cause : undefined
  if (!(inner instanceof Error)) return undefined
  return 'code' in inner ? String(inner.code) : inner.message
}
