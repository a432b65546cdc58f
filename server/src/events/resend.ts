import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'

/** Which events are to be sent to an endpoint again; what is absent narrows nothing. */
export type ResendFilter = Readonly<{
  /** At most 100. */
  eventIds: readonly string[] | undefined
  objectId: string | undefined
  /** A type, or a pattern such as `payment.*`. */
  type: string | undefined
  /** From this time on, in the book's time. */
  from: Instant | undefined
  /** Up to this time, itself included. */
  to: Instant | undefined
  /** Only what the endpoint has not acknowledged, whether it was ever told of it or not. */
  missedOnly: boolean
}>

/** `canceled`: somebody asked for that, or the endpoint was deleted or disabled meanwhile. */
export type ResendState = 'running' | 'completed' | 'canceled'

/** A part of the log that is sent to an endpoint again, a piece at a time. */
export type Resend = ResendFilter &
  Readonly<{
    bookId: BookId
    endpointId: string
    resendId: string
    /** How far in the log it has come, and where the log ended when it was asked for. */
    position: number
    untilPosition: number
    /** Deliveries that were started. */
    sent: number
    state: ResendState
    createdAt: Instant
    endedAt: Instant | undefined
  }>

/** Resends to one endpoint that may run side by side. */
export const RESENDS_MAX = 5
