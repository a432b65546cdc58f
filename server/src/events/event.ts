import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import { allEventTypes } from './event-types.ts'

/** A fact of the book's log. `snapshot` is the object's JSON text as it was then. */
export type Event = Readonly<{
  bookId: BookId
  eventId: string
  type: string
  objectId: string
  /** Counts the object's events from 1 without gaps. */
  sequence: number
  snapshot: string
  /** The book's time. */
  createdAt: Instant
  /** It tries a receiver: it tells of nothing that happened, whatever its type says. */
  isTest: boolean
}>

/** An event without what it tells: that it happened, and when. */
export type EventNote = Omit<Event, 'bookId' | 'snapshot' | 'isTest'>

const PATTERN = /^(\*|[a-z_]+(\.[a-z_]+)*(\.\*)?)$/

/**
 * Whether a text says which events are wanted: a type, `payment.*`, or `*`. One that no event fits is
 * none: whoever mistypes it would wait for ever.
 */
export const isEventPattern = (text: string): boolean =>
  PATTERN.test(text) && allEventTypes.some((type) => isWanted([text], type))

/** Whether an event type is one of those that the patterns name. */
export const isWanted = (patterns: readonly string[], type: string): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern,
  )

/** A time as the wire has it, `2026-02-25T12:00:00Z`: whole seconds. */
export const isoTime = (instant: Instant): string =>
  `${new Date(instant).toISOString().slice(0, 19)}Z`

/**
 * The body that tells of an event: the same bytes at every attempt. The snapshot's text is put in
 * as it is, so that its numbers stay what they were.
 */
export function eventBody(event: Omit<Event, 'bookId'>): string {
  const text = (value: string): string => JSON.stringify(value)
  const members = [
    `"event":${text(event.type)}`,
    ...(event.isTest ? ['"test":true'] : []),
    `"data":${event.snapshot}`,
    `"id":${text(event.eventId)}`,
    `"object_id":${text(event.objectId)}`,
    `"sequence":${event.sequence}`,
    `"created_at":${text(isoTime(event.createdAt))}`,
  ]
  return `{${members.join(',')}}`
}
