export { CrytomClient } from './client.ts'
export {
  CrytomApiError,
  CrytomAuthenticationError,
  CrytomConflictError,
  CrytomConnectionError,
  CrytomError,
  CrytomInvalidRequestError,
  CrytomNotFoundError,
  CrytomPermissionError,
  CrytomRateLimitError,
  CrytomServerError,
  CrytomUsageError,
  CrytomWebhookError,
} from './errors.ts'
export type { ErrorPlace } from './errors.ts'
export type * from './generated/entities.ts'
export type * from './generated/events.ts'
export type { BridgeRoute, Mint } from './bridge-operations.ts'
export type { ApiAnswer, Pagination } from './answer.ts'
export type { BodyOf, DataOf, OperationKey, Operations, QueryOf } from './call.ts'
export type { List, Page } from './list.ts'
export type { ApiRequest, CallOptions, Query } from './request.ts'
export type { CrytomOptions, Environment } from './settings.ts'
export { webhooks } from './webhooks.ts'
export type { HeadersLike } from './webhooks/headers.ts'
export type { KeySet } from './webhooks/key-set.ts'
export type { WebhookHandling } from './webhooks/receive.ts'
export type { WebhookMessage } from './webhooks/verify.ts'
export { VERSION } from './version.ts'
