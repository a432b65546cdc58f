import { STATUS_CODES } from 'node:http'
import { writeJson } from '../money/json.ts'
import { wireCode, type Failure } from './failure.ts'
import type { Answer } from './route.ts'

/** An answer as bytes-to-be: what is sent, and what an idempotency record keeps. */
export type Written = Readonly<{
  status: number
  headers: Readonly<Record<string, string>>
  text: string
}>

const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM_TYPE = 'application/problem+json'

/** The success envelope: `{"status":"success","message"?,"data","pagination"?}`. */
export function writeAnswer(answer: Answer): Written {
  const { status, data, message, pagination } = answer
  const headers =
    answer.headers === undefined ? PLAIN : { 'content-type': JSON_TYPE, ...answer.headers }
  const constant = message === undefined && pagination === undefined && isFrozen(data)
  const text = constant
    ? writeConstant(data)
    : writeJson({ status: 'success', message, data, pagination })
  return { status, headers, text }
}

const PLAIN = { 'content-type': JSON_TYPE }

/** What does not change need not be written twice: a handler says so by freezing its data. */
const isFrozen = (data: unknown): data is object =>
  typeof data === 'object' && data !== null && Object.isFrozen(data)

const constants = new WeakMap<object, string>()

function writeConstant(data: object): string {
  const known = constants.get(data)
  if (known !== undefined) return known
  const text = writeJson({ status: 'success', data })
  constants.set(data, text)
  return text
}

/** The error body: `{"error","message","request_id",…}`, or the same facts as RFC 9457. */
export function writeFailure(
  failure: Failure,
  told: Readonly<{ requestId: string; asProblem: boolean }>,
): Written {
  const { status, message, facts } = failure
  const error = wireCode(failure.code)
  const own = { request_id: told.requestId, ...facts }
  const body = told.asProblem
    ? {
        type: `/docs#error-${failure.code}`,
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: message,
        code: error,
        ...own,
      }
    : { error, message, ...own }
  const type = told.asProblem ? PROBLEM_TYPE : JSON_TYPE
  return { status, headers: { 'content-type': type, ...failure.headers }, text: writeJson(body) }
}

/** Whether an `Accept` header asks for RFC 9457 in errors. */
export const wantsProblem = (accept: string | undefined): boolean =>
  accept?.toLowerCase().includes(PROBLEM_TYPE) ?? false
