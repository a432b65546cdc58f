/** How long a caller would wait for what goes on after an answer (RFC 7240). */
export type Preference = Readonly<{
  /** Absent: as the route does by itself. */
  waitMs: number | undefined
  /** What of the header was understood, as `Preference-Applied` says it. */
  applied: string | undefined
}>

/** Longest that a request may wait, in seconds. */
const WAIT_S_MAX = 30

const NONE: Preference = { waitMs: undefined, applied: undefined }

/**
 * Reads a `Prefer` header: `wait=n` in whole seconds, `respond-async` not to wait at all. What it
 * holds beside that is not ours, and what cannot be read is no preference.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7240 read 2026-11-21
 */
export function readPreference(header: string | undefined): Preference {
  const asked = (header ?? '').toLowerCase().split(',')
  const wait = asked.flatMap((one) => /^\s*wait\s*=\s*"?(\d{1,6})"?\s*$/.exec(one)?.[1] ?? [])[0]
  if (wait !== undefined) {
    const seconds = Math.min(Number.parseInt(wait, 10), WAIT_S_MAX)
    return { waitMs: seconds * 1_000, applied: `wait=${seconds}` }
  }
  const isAsync = asked.some((one) => one.trim() === 'respond-async')
  return isAsync ? { waitMs: 0, applied: 'respond-async' } : NONE
}
