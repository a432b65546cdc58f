import type { Instant } from '../../shell/clock.ts'
import type { Attempt, Outgoing } from './outgoing.ts'

/** One transaction that was made for something, as it is told. */
export type AttemptStory = Pick<Attempt, 'attempt' | 'txHash' | 'broadcast' | 'madeAt'> &
  Readonly<{ signedAt: Instant | undefined; broadcastAt: Instant | undefined }>

/** Something that goes out, as it is told; times are the machine's. */
export type OutgoingStory = Pick<
  Outgoing,
  'outgoingId' | 'chain' | 'kind' | 'objectId' | 'state' | 'problem' | 'mined' | 'createdAt'
> &
  Readonly<{
    /** When the transaction was found in the block that holds it. */
    minedAt: Instant | undefined
    endedAt: Instant | undefined
    /** The address that something else is sent from now, for which it waits. */
    waitsFor: string | undefined
    /** When it is looked at next; absent at its end, and while it waits for somebody. */
    dueAt: Instant | undefined
    attempts: readonly AttemptStory[]
  }>
