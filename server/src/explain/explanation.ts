import type { BlockRef } from '../chains/contract.ts'
import type { Instant } from '../shell/clock.ts'

/** Who a fact is known from: a block, somebody's request, the books, our keys, or time itself. */
export type FactSource = 'chain' | 'request' | 'ledger' | 'signer' | 'clock'

/** What kind of thing happened. */
export type FactKind =
  | 'created'
  | 'quoted'
  | 'claimed'
  | 'seen'
  | 'in_block'
  | 'credited'
  | 'reverted'
  | 'booked'
  | 'changed'
  | 'exception_opened'
  | 'exception_resolved'
  | 'required'
  | 'code_sent'
  | 'verified'
  | 'planned'
  | 'built'
  | 'signed'
  | 'broadcast'
  | 'replaced'
  | 'mined'
  | 'final'
  | 'failed'

/** Where a fact can be looked up; what does not apply is absent. */
export type Reference = Readonly<{
  txHash?: string
  block?: BlockRef
  entryId?: string
  eventId?: string
  /** Another object of ours that it tells of: a deposit, an exception, a refund. */
  objectId?: string
}>

/** Something that happened, at a time of the book. */
export type Fact = Readonly<{
  at: Instant
  kind: FactKind
  source: FactSource
  /** A sentence for people, with amounts as exact text. */
  sentence: string
  reference: Reference
}>

/** Who or what has to act before a thing goes on. */
export type WaitsFor =
  | 'payer'
  | 'chain'
  | 'confirmations'
  | 'decision'
  | 'code'
  | 'approval'
  | 'sender'
  | 'signer'
  | 'coins'
  | 'operator'

/** Why something is where it is, and what will take it further. */
export type Waiting = Readonly<{
  /** Stable, for programs. */
  code: string
  message: string
  waitsFor: WaitsFor
  /** When something happens to it by itself; absent where only others can move it. */
  nextAt?: Instant | undefined
  /** What whoever asks can do; absent: wait. */
  whatToDo?: string | undefined
}>

/** Why something ended as it did. */
export type Outcome = Readonly<{ code: string; message: string; whatToDo?: string | undefined }>

/** The states that are no ends. */
export type NonTerminal<State extends string, End extends State> = Exclude<State, End>

/**
 * An explanation for each state that a thing can be in: what it waits for, or, of an end, why. It
 * is a record over the union of states, so that a state that is added there and not explained does
 * not compile.
 */
export type Explanations<State extends string, End extends State, Facts> = Readonly<
  Record<NonTerminal<State, End>, (facts: Facts) => Waiting> &
    Record<End, (facts: Facts) => Outcome>
>

/** Everything that can be said about where something stands, and how it came there. */
export type Explanation = Readonly<{
  id: string
  /** The word that `GET` of it answers as its status. */
  state: string
  reason: Waiting | Outcome
  timeline: readonly Fact[]
}>

/** Facts in the order in which they happened; those of one instant in the order given. */
export const inOrder = (facts: readonly Fact[]): readonly Fact[] =>
  facts.toSorted((one, other) => one.at - other.at)

/** Whether something still waits, and has not ended. */
export const isWaiting = (reason: Waiting | Outcome): reason is Waiting => 'waitsFor' in reason
