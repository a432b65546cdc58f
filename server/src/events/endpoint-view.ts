import { RETRY_OFFSETS_MS } from './delivery.ts'
import type { Endpoint } from './endpoint.ts'
import { isoTime } from './event.ts'

/** A webhook endpoint as answers and events show it: never its secret. */
export const endpointView = (one: Endpoint) => ({
  id: one.endpointId,
  url: one.url,
  events: one.events,
  description: one.description,
  status: one.disabled === undefined ? ('enabled' as const) : ('disabled' as const),
  disabled_reason: one.disabled?.reason ?? null,
  disabled_at: one.disabled === undefined ? null : isoTime(one.disabled.at),
  failing_since: one.failingSince === undefined ? null : isoTime(one.failingSince),
  signature: one.signature,
  own_secret: one.hasOwnSecret,
  retry_after_seconds: RETRY_OFFSETS_MS.map((ms) => ms / 1_000),
  created_at: isoTime(one.createdAt),
})
