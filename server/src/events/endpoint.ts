import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'

/** Why nothing is sent to an endpoint: somebody asked for that, or it failed for days. */
export type DisabledReason = 'asked' | 'failing'

/** What signs messages: a secret that the receiver shares, or keys whose public half he knows. */
export type SignatureKind = 'hmac' | 'ed25519'

/** A place that a book's owner wants events sent to. */
export type Endpoint = Readonly<{
  bookId: BookId
  endpointId: string
  url: string
  /** The events it wants: types, `payment.*`, or `*`. */
  events: readonly string[]
  /** The owner's own words, at most 500 characters; may be empty. */
  description: string
  /** `ed25519`: the book's keys sign what it gets. */
  signature: SignatureKind
  /** Of `hmac`: it has a secret of its own; otherwise the book's secrets sign what it gets. */
  hasOwnSecret: boolean
  createdAt: Instant
  /** Absent: it is enabled. */
  disabled: Readonly<{ at: Instant; reason: DisabledReason }> | undefined
  /** Since when messages were sent and none was acknowledged; absent: the last one was. */
  failingSince: Instant | undefined
}>

/** Endpoints that one book may have: each event is written once for every one that wants it. */
export const ENDPOINTS_MAX = 20

/** Where the sealed secret of an endpoint is kept; part of the seal. */
export const SECRET_PURPOSE = 'webhook_endpoint.secret'

/** The target of the deliveries to the callback URL of an event's object. */
export const CALLBACK_TARGET = 'callback'
