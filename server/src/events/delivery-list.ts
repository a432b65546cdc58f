import type { Instant } from '../shell/clock.ts'
import type { DeliveryFailure, DeliveryState } from './delivery.ts'

/** Which deliveries are asked for; what is absent narrows nothing. */
export type DeliveryFilter = Readonly<{
  /** An endpoint's id, or `callback`. */
  target?: string | undefined
  state?: DeliveryState | undefined
  /** A type, or a pattern that ends in `*`. */
  type?: string | undefined
  objectId?: string | undefined
}>

/** A delivery in a list: what it tells, how it stands, and how its last attempt went. */
export type ListedDelivery = Readonly<{
  eventId: string
  target: string
  type: string
  objectId: string
  sequence: number
  createdAt: Instant
  isTest: boolean
  state: DeliveryState
  dueAt: Instant | undefined
  attempts: number
  lastAttempt:
    | Readonly<{
        startedAt: Instant
        status: number | undefined
        failure: DeliveryFailure | undefined
      }>
    | undefined
}>

/** A delivery within a list; the lists go from the newest event to the oldest. */
export type DeliveryPlace = Readonly<{ eventId: string; target: string }>
