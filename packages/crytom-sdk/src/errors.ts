/** What every error of this package says of itself. */
export type CrytomErrorFacts = Readonly<{
  /** Stable, for programs: the API's own code, or one of this package. */
  code: string
  message: string
  cause?: unknown
}>

/** The stem of every error that this package throws. No message and no member holds a secret. */
export class CrytomError extends Error {
  override readonly name: string = 'CrytomError'
  readonly code: string

  constructor({ code, message, cause }: CrytomErrorFacts) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** A call that cannot be made as it is: a malformed key, URL, path, parameter or amount. */
export class CrytomUsageError extends CrytomError {
  override readonly name = 'CrytomUsageError'
}

/** A place in a request, and what is wrong there. */
export type ErrorPlace = Readonly<{ param: string; message: string }>

/** What an answer that is no success tells. */
export type ApiErrorFacts = CrytomErrorFacts &
  Readonly<{
    status: number
    requestId: string | undefined
    idempotencyKey: string | undefined
    /** The whole body, where it is a JSON object. */
    body: Readonly<Record<string, unknown>>
    retryAfterMs?: number | undefined
  }>

/** The API refused the request, or failed at it: `code` says why, `message` what to do. */
export class CrytomApiError extends CrytomError {
  override readonly name: string = 'CrytomApiError'
  readonly status: number
  /** Give it when you ask for help. */
  readonly requestId: string | undefined
  /** The key that the write was sent with: what is repeated with it is not done twice. */
  readonly idempotencyKey: string | undefined
  /** The first place in the request that is wrong, such as `destinations[0].amount`. */
  readonly param: string | undefined
  /** Every place that is wrong. */
  readonly errors: readonly ErrorPlace[]
  /** True: the money that was set aside is back on the balance. */
  readonly rollbackConfirmed: boolean | undefined
  /** How long the API asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined
  readonly body: Readonly<Record<string, unknown>>

  constructor(facts: ApiErrorFacts) {
    super(facts)
    const { body } = facts
    this.status = facts.status
    this.requestId = facts.requestId
    this.idempotencyKey = facts.idempotencyKey
    this.param = typeof body['param'] === 'string' ? body['param'] : undefined
    this.errors = Array.isArray(body['errors']) ? body['errors'].filter(isPlace) : []
    const rollback = body['rollback_confirmed']
    this.rollbackConfirmed = typeof rollback === 'boolean' ? rollback : undefined
    this.retryAfterMs = facts.retryAfterMs
    this.body = body
  }
}

/** 401: the key, the signature or the clock. */
export class CrytomAuthenticationError extends CrytomApiError {
  override readonly name = 'CrytomAuthenticationError'
}

/** 403: the caller's address is not on the key's list, or the key may not do this. */
export class CrytomPermissionError extends CrytomApiError {
  override readonly name = 'CrytomPermissionError'
}

/** 404: there is no such object (or it is another organization's). */
export class CrytomNotFoundError extends CrytomApiError {
  override readonly name = 'CrytomNotFoundError'
}

/** 400, 413, 415 or 422: the request has to be changed. */
export class CrytomInvalidRequestError extends CrytomApiError {
  override readonly name = 'CrytomInvalidRequestError'
}

/** 409: the object's state, the balance, or another request stands against it. */
export class CrytomConflictError extends CrytomApiError {
  override readonly name = 'CrytomConflictError'
}

/** 429, after all repetitions: wait `retryAfterMs`. */
export class CrytomRateLimitError extends CrytomApiError {
  override readonly name = 'CrytomRateLimitError'
}

/** 5xx, after all repetitions. Whether a write was done may be unknown: see `idempotencyKey`. */
export class CrytomServerError extends CrytomApiError {
  override readonly name = 'CrytomServerError'
}

/** Of a request that got no answer. */
export type ConnectionErrorFacts = CrytomErrorFacts &
  Readonly<{ idempotencyKey: string | undefined; outcome: 'not_sent' | 'unknown' }>

/**
 * No whole answer came: `connection_failed`, `timed_out`, `aborted` or `answer_unreadable`.
 *
 * `outcome` is `unknown` where the request may have arrived: repeat a write with the same
 * `idempotencyKey`, and it is done once whatever happened before.
 */
export class CrytomConnectionError extends CrytomError {
  override readonly name = 'CrytomConnectionError'
  readonly idempotencyKey: string | undefined
  readonly outcome: 'not_sent' | 'unknown'

  constructor(facts: ConnectionErrorFacts) {
    super(facts)
    this.idempotencyKey = facts.idempotencyKey
    this.outcome = facts.outcome
  }
}

/** A webhook that is not what its signature says, or has none. Answer it with 400. */
export class CrytomWebhookError extends CrytomError {
  override readonly name = 'CrytomWebhookError'
}

/** The error class of an answer's status. */
export function apiErrorOf(facts: ApiErrorFacts): CrytomApiError {
  const { status } = facts
  if (status === 401) return new CrytomAuthenticationError(facts)
  if (status === 403) return new CrytomPermissionError(facts)
  if (status === 404) return new CrytomNotFoundError(facts)
  if (status === 409) return new CrytomConflictError(facts)
  if (status === 429) return new CrytomRateLimitError(facts)
  if (status >= 500) return new CrytomServerError(facts)
  if (INVALID.has(status)) return new CrytomInvalidRequestError(facts)
  return new CrytomApiError(facts)
}

const INVALID = new Set([400, 413, 415, 422])

function isPlace(value: unknown): value is ErrorPlace {
  if (typeof value !== 'object' || value === null) return false
  return 'param' in value && typeof value.param === 'string' && 'message' in value
}
