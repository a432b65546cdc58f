import type { Instant } from '../../shell/clock.ts'

/** A range of time: `from` counts, `to` does not. */
export type Range = Readonly<{ from: Instant; to: Instant }>

/** A part of what is exported; `total`: rows of all parts, where that is known. */
export type Part = Readonly<{
  rows: readonly Readonly<Record<string, unknown>>[]
  total?: number | undefined
}>

/** Something to be exported: its columns, and its rows part by part. */
export type Source = AsyncDisposable &
  Readonly<{ columns: readonly string[]; parts: AsyncIterable<Part> }>

/** Whether a time of the wire lies in a range. */
export const isIn = ({ from, to }: Range, time: string): boolean => {
  const at = Date.parse(time)
  return at >= from && at < to
}
