import { ATTEMPTS_MAX } from './outgoing.ts'

/** The id under which the signer knows a transaction of something that is made anew. */
export const intentIdOf = (outgoingId: string, attempt: number): string =>
  attempt === 1 ? outgoingId : `${outgoingId}:${attempt}`

/** Every id under which it may know one of something. */
export const intentIdsOf = (outgoingId: string): readonly string[] =>
  Array.from({ length: ATTEMPTS_MAX }, (_, place) => intentIdOf(outgoingId, place + 1))
