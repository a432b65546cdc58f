import { AppError, definitionOf } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Retry } from '../errors/define.ts'
import { sqlState } from '../shell/db.ts'

/** A refusal as it is told to a client. */
export type Failure = Readonly<{
  status: number
  code: ErrorCode
  retry: Retry
  message: string
  /** More members of the answer: the code's facts that are meant for clients. */
  facts: Readonly<Record<string, unknown>>
  headers: Readonly<Record<string, string>>
}>

/** Members of an error's context that are told beside its sentence, under the same name. */
const TOLD = new Set(['param', 'errors', 'choices', 'rollback_confirmed', 'available'])

/**
 * What a client is told of an error. Whatever is no refusal of the catalogue is a bug of ours or
 * of the machine: it is told as such and nothing else, since its text may hold anything.
 */
export function failureOf(error: unknown): Failure {
  const refusal = refusalOf(error)
  const { status, retry } = definitionOf(refusal.code)
  const context = Object.entries(refusal.context)
  return {
    status,
    code: refusal.code,
    retry,
    message: refusal.message,
    facts: Object.fromEntries(context.filter(([name]) => TOLD.has(name))),
    headers: headersOf(refusal, status),
  }
}

/**
 * Whether the error says that something is wrong with us, so that it must be logged. A refusal
 * does not, whatever its status, unless it only stands for another error.
 */
export const isOurFault = (error: unknown): boolean =>
  !(error instanceof AppError) ||
  error.cause !== undefined ||
  definitionOf(error.code).status === 500

/** The code as `/v1` shows it: the part after the dot, or the word that the document fixes. */
export function wireCode(code: ErrorCode): string {
  return code === 'tenancy.unauthorized_ip' ? 'Unauthorized IP' : code.slice(code.indexOf('.') + 1)
}

function refusalOf(error: unknown): AppError {
  if (error instanceof AppError && definitionOf(error.code).status !== 500) return error
  if (isDatabaseAway(error)) return new AppError('api.temporarily_unavailable', {})
  return new AppError('api.internal_error', {})
}

function headersOf(refusal: AppError, status: number): Record<string, string> {
  const { context } = refusal
  if ('retryAfterS' in context) return { 'retry-after': String(context.retryAfterS) }
  if ('allowed' in context) return { allow: context.allowed }
  if (status === 401) return { 'www-authenticate': 'Bearer realm="Coffer"' }
  return definitionOf(refusal.code).retry === 'later' && status !== 500
    ? { 'retry-after': '1' }
    : {}
}

const AWAY = /^(ECONN(REFUSED|RESET)|EPIPE|ENOENT|ENOTFOUND|ETIMEDOUT)$/

/** The server is starting, stopping, full or not there at all: nothing that a log can explain. */
function isDatabaseAway(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return /^(08|57P|53300)/.test(state)
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return AWAY.test(code) || /^Connection terminated/.test(error.message)
}
