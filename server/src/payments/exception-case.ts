import type { Instant } from '../shell/clock.ts'
import type { ExceptionKind, Verb } from './exception.ts'

/** What ended a case: somebody's verb, or later facts (a top-up, a block that came again). */
export type ResolvedBy = Verb | 'settled'

/** A case of the exceptions inbox. */
export type ExceptionCase = Readonly<{
  exceptionId: string
  kind: ExceptionKind
  paymentId: string | undefined
  /** The deposit it is about; absent for `short`, which is about all parts of its payment. */
  depositId: string | undefined
  openedAt: Instant
  /** Absent as long as it is open. */
  resolution: CaseResolution | undefined
}>

/** How a case ended. */
export type CaseResolution = Readonly<{
  by: ResolvedBy
  /** For `credit`: whose wallet the coins went to; absent: the merchant's balance. */
  customerId: string | undefined
  /** The coins that it was about, as JSON text. */
  coins: string
  /** For `reprice`: the prices that it was judged by, as JSON text; absent: none was needed. */
  prices?: string | undefined
  at: Instant
}>
