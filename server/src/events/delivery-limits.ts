/** How much of a worker deliveries may take up. */
export type DeliveryLimits = Readonly<{
  /** Lanes in hand at a time. */
  lanesMax: number
  /**
   * From so many on, no more lanes that fail are claimed, or none of one book. Lanes are claimed
   * by eights, so that up to seven more may be in hand: keep both well below `lanesMax`.
   */
  failingLanesMax: number
  bookLanesMax: number
  /** Messages on their way to one target at a time. */
  widthMax: number
  /** Messages to one target that were answered and wait for that to be written down. */
  unrecordedMax: number
  /** Messages to one target that are read at a time, and how many bytes their objects may have. */
  aheadMax: number
  aheadBytesMax: number
  /** How long one attempt may take, resolving and connecting included. */
  attemptMs: number
  /** For how long a lane whose worker died stays out of reach of the others. */
  leaseMs: number
  /** A lane with more to send gives way to others after this time, where there are any. */
  turnMs: number
}>

/** At most 1,024 connections a worker; a dead target never keeps those that live from theirs. */
export const DELIVERY_LIMITS: DeliveryLimits = {
  lanesMax: 128,
  failingLanesMax: 64,
  bookLanesMax: 64,
  widthMax: 8,
  unrecordedMax: 128,
  aheadMax: 128,
  aheadBytesMax: 1_048_576,
  attemptMs: 10_000,
  leaseMs: 30_000,
  turnMs: 10_000,
}
