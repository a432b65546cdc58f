import type { Instant } from '../shell/clock.ts'
import type { ExceptionKind } from './exception.ts'
import type { Face, Status } from './payment.ts'

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
