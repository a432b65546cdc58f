import type { Instant } from '../shell/clock.ts'
import type { ExceptionKind } from './exception.ts'
import type { Face, Status } from './payment.ts'

/** Which part of a list is asked for: a page from 1, or what comes after an object's id. */
export type ListPlace = Readonly<{ page: number; limit: number; cursor?: string | undefined }>

/** What of a book's payments is listed; absent members do not narrow. */
export type PaymentFilter = Readonly<{
  face?: Face | undefined
  status?: Status | undefined
  customerId?: string | undefined
  /** Made at this time or later. */
  createdFrom?: Instant | undefined
  /** Made before this time. */
  createdBefore?: Instant | undefined
}>

/** What of a book's exceptions is listed. */
export type CaseFilter = Readonly<{
  state?: 'open' | 'resolved' | undefined
  kind?: ExceptionKind | undefined
  paymentId?: string | undefined
}>
