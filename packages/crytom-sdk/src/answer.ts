import { CrytomConnectionError, apiErrorOf, type CrytomApiError } from './errors.ts'
import { readJson } from './json.ts'
import type { Received } from './attempt.ts'

/** Where a list stands. */
export type Pagination = Readonly<{
  /** From 1. */
  page: number
  limit: number
  /** Over all pages. */
  total: number
  /** For the next page; absent on the last. */
  next_cursor?: string
}>

/** What the API answered, its envelope taken apart. */
export type ApiAnswer<Data = unknown> = Readonly<{
  status: number
  /** Numbers that are amounts have their exact text beside them, as `…_exact`. */
  data: Data
  message: string | undefined
  pagination: Pagination | undefined
  /** Give it when you ask for help. */
  requestId: string | undefined
  /** Whether the answer is that of an earlier request with the same idempotency key. */
  replayed: boolean
  headers: Readonly<Record<string, string>>
  /** The body as it came. */
  text: string
}>

type Envelope<Data> = Readonly<{
  status?: unknown
  data: Data
  message?: string
  pagination?: Pagination
}>

/** @throws CrytomConnectionError answer_unreadable */
export function answerOf<Data>(
  received: Received,
  idempotencyKey: string | undefined,
): ApiAnswer<Data> {
  const { status, headers, text } = received
  const envelope = parsed<Envelope<Data>>(text)
  if (envelope?.status !== 'success') {
    throw new CrytomConnectionError({
      code: 'answer_unreadable',
      message: `The answer (status ${status}) is not one of the Crytom API. Is the base URL right?`,
      idempotencyKey,
      outcome: 'unknown',
    })
  }
  return {
    status,
    data: envelope.data,
    message: envelope.message,
    pagination: envelope.pagination,
    requestId: headers['x-request-id'],
    replayed: headers['idempotency-replayed'] === 'true',
    headers,
    text,
  }
}

/** The error that an answer stands for. */
export function refusalOf(
  received: Received,
  idempotencyKey: string | undefined,
  retryAfterMs: number | undefined,
): CrytomApiError {
  const { status, headers, text } = received
  const body = parsed<Readonly<Record<string, unknown>>>(text) ?? {}
  const code = typeof body['error'] === 'string' ? body['error'] : `http_${status}`
  const message = typeof body['message'] === 'string' ? body['message'] : `Status ${status}.`
  const requestId = headers['x-request-id']
  return apiErrorOf({ code, message, status, requestId, idempotencyKey, retryAfterMs, body })
}

/** A JSON object, or undefined where the text is none. */
function parsed<Value extends object>(text: string): Value | undefined {
  try {
    const value = readJson<Value | null>(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
