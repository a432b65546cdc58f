import type { BookId } from '../shell/book.ts'
import { checkUrl } from '../shell/outbound/outbound-url.ts'
import type { DeliveryKey } from './delivery.ts'
import { CALLBACK_TARGET, type Endpoint } from './endpoint.ts'
import { isWanted } from './event.ts'

/** Who is told: a target, and the lane in which its deliveries wait their turn. */
export type Delivering = DeliveryKey & Readonly<{ lane: string }>

/**
 * Who is told of an event: every endpoint that wants its type, and the callback URL of its object.
 * An endpoint is a lane of its own. Callback URLs share the lane of their origin, so that a
 * thousand objects with one dead server behind them take up the room of one.
 */
export function fanOut(
  bookId: BookId,
  event: Readonly<{ eventId: string; type: string; callbackUrl: string | undefined }>,
  endpoints: readonly Endpoint[],
): readonly Delivering[] {
  const { eventId } = event
  const wanted = endpoints
    .filter((endpoint) => isWanted(endpoint.events, event.type))
    .map(({ endpointId }) => ({ bookId, eventId, target: endpointId, lane: endpointId }))
  if (event.callbackUrl === undefined) return wanted
  const lane = originOf(event.callbackUrl)
  return [...wanted, { bookId, eventId, target: CALLBACK_TARGET, lane }]
}

/** The origin of a URL that was checked when it was saved; whether it may be called comes later. */
function originOf(url: string): string {
  const checked = checkUrl(url, { plainHttp: true, loopback: true })
  return checked.kind === 'allowed' ? checked.url.origin : CALLBACK_TARGET
}
