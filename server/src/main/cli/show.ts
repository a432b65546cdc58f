import { isJsonNumber } from '../../money/json-number.ts'
import { writeJson } from '../../money/json.ts'
import type { Terminal } from '../terminal.ts'

/** A thing as it is shown: its members by the names of the API. */
export type Shown = Readonly<Record<string, unknown>>

/**
 * A text from outside for a terminal: what would steer the terminal (ESC, CSI, line breaks,
 * directions of writing) is shown as a point, so that a payer's product name stays a name.
 */
export const harmless = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '·')

/** JSON in which no character can steer a terminal either; it reads as the same value. */
export const jsonLine = (value: unknown): string =>
  writeJson(value).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** How a value is written in a cell: exact numbers as they came, nothing as a dash. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-'
  if (typeof value === 'string') return harmless(value)
  if (isJsonNumber(value)) return value.text
  if (typeof value === 'object') return harmless(writeJson(value))
  return String(value)
}

/** Shows many: a table of some members, or all of them as a JSON array. */
export function showRows(
  terminal: Pick<Terminal, 'line' | 'table'>,
  rows: readonly Shown[],
  { json, columns, none }: Readonly<{ json: boolean; columns: readonly string[]; none: string }>,
): void {
  if (json) return terminal.line(jsonLine(rows))
  if (rows.length === 0) return terminal.line(none)
  terminal.table(
    columns,
    rows.map((row) => columns.map((column) => cellOf(row[column]))),
  )
}

/** Shows one: a member a line, or JSON. */
export function showOne(
  terminal: Pick<Terminal, 'line' | 'table'>,
  one: Shown,
  { json }: Readonly<{ json: boolean }>,
): void {
  if (json) return terminal.line(jsonLine(one))
  const width = Math.max(0, ...Object.keys(one).map((name) => name.length))
  for (const [name, value] of Object.entries(one)) {
    terminal.line(`  ${name.padEnd(width)}  ${cellOf(value)}`)
  }
}
