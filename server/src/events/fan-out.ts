import type { BookId } from '../shell/book.ts'
import { checkUrl } from '../shell/outbound/outbound-url.ts'
import type { DeliveryKey } from './delivery.ts'
import { CALLBACK_TARGET, type Endpoint } from './endpoint.ts'
import { isWanted } from './event.ts'

/** Who is told: a target, and the lane in which its deliveries wait their turn. */
export type Delivering = DeliveryKey & Readonly<{ lane: string }>

/** What of an event decides who is told of it. */
export type ToldEvent = Readonly<{
  eventId: string
  type: string
  objectId: string
  callbackUrl: string | undefined
  /** The one endpoint at which it tries the receiver; absent: it really happened. */
  testFor: string | undefined
}>

/**
 * Who is told of an event: every endpoint that is enabled and wants its type, and the callback URL
 * of its object. An endpoint is not told of itself, and a test goes to the endpoint that it tries.
 *
 * An endpoint is a lane of its own. Callback URLs share the lane of their origin, so that a
 * thousand objects with one dead server behind them take up the room of one.
 */
export function fanOut(
  bookId: BookId,
  event: ToldEvent,
  endpoints: readonly Endpoint[],
): readonly Delivering[] {
  const { eventId, testFor, callbackUrl } = event
  const told = endpoints
    .filter((one) => (testFor === undefined ? isToldOf(one, event) : one.endpointId === testFor))
    .map(({ endpointId }) => ({ bookId, eventId, target: endpointId, lane: endpointId }))
  if (callbackUrl === undefined) return told
  const lane = originOf(callbackUrl)
  return [...told, { bookId, eventId, target: CALLBACK_TARGET, lane }]
}

const isToldOf = (endpoint: Endpoint, { type, objectId }: ToldEvent): boolean =>
  endpoint.disabled === undefined &&
  endpoint.endpointId !== objectId &&
  isWanted(endpoint.events, type)

/** The origin of a URL that was checked when it was saved; whether it may be called comes later. */
function originOf(url: string): string {
  const checked = checkUrl(url, { plainHttp: true, loopback: true })
  return checked.kind === 'allowed' ? checked.url.origin : CALLBACK_TARGET
}
