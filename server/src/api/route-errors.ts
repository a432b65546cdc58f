import { definitionOf } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Route } from './route.ts'

const EVERY: readonly ErrorCode[] = [
  'api.malformed_request',
  'api.invalid_request',
  'tenancy.invalid_api_key',
  'tenancy.https_required',
  'tenancy.signature_missing',
  'tenancy.timestamp_malformed',
  'tenancy.timestamp_in_seconds',
  'tenancy.timestamp_out_of_window',
  'tenancy.signature_invalid',
  'tenancy.request_replayed',
  'tenancy.unauthorized_ip',
  'api.request_timeout',
  'api.rate_limit_exceeded',
  'api.headers_too_large',
  'api.internal_error',
  'api.temporarily_unavailable',
]

const WITH_BODY: readonly ErrorCode[] = [
  'money.json_invalid',
  'api.body_too_large',
  'api.media_type_not_supported',
]

const WITH_IDEMPOTENCY_KEY: readonly ErrorCode[] = [
  'api.idempotency_key_invalid',
  'api.idempotency_in_progress',
  'api.idempotency_key_reused',
]

/** Every refusal that a route can answer: its own, and those of the guard and of parsing. */
export function errorsOf(route: Pick<Route, 'method' | 'errors'>): readonly ErrorCode[] {
  const all = [
    ...EVERY,
    ...(route.method === 'GET' ? [] : WITH_BODY),
    ...(route.method === 'POST' ? WITH_IDEMPOTENCY_KEY : []),
    ...route.errors,
  ]
  return [...new Set(all)]
}

/** Codes by the status with which they are answered, lowest first. */
export const byStatus = (codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> =>
  new Map([...Map.groupBy(codes, (code) => definitionOf(code).status)].sort(([a], [b]) => a - b))
