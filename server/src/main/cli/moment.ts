import { z } from 'zod'
import type { Instant } from '../../shell/clock.ts'

/** A point in time as somebody types it: how long ago, or when. */
export type Moment = Readonly<{ ago: number } | { at: Instant }>

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

const ISO = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

/** `30s`, `15m`, `2h`, `7d`, or a time as RFC 3339 has it; a date begins in UTC. */
export const moment = () =>
  z.string().transform((text, context): Moment => {
    const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
    const unitMs = UNIT_MS[unit]
    if (unitMs !== undefined) return { ago: Number(count) * unitMs }
    if (ISO.safeParse(text).success) return { at: Date.parse(text) }
    const message = 'how long ago (30s, 15m, 2h, 7d), or a time such as 2026-02-25T12:00:00Z'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

/** When that is. */
export const instantOf = (one: Moment, now: Instant): Instant =>
  'at' in one ? one.at : now - one.ago
