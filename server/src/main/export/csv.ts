import { isJsonNumber } from '../../money/json-number.ts'
import { writeJson } from '../../money/json.ts'
import { csvLine } from '../../payouts/batch-file/csv.ts'
import type { Shown } from '../cli/show.ts'

const NUMBER = /^-?\d+(\.\d+)?$/

/**
 * What makes a spreadsheet calculate: one of these at the beginning of a cell. Where another
 * separator than the comma is usual, a cell can also begin behind a semicolon, a tab, a bar or a
 * line end inside of one of ours.
 */
const FORMULA = /(^|[;|\t\r\n])(\s*["']?\s*)([=+\-@\uff1d\uff0b\uff0d\uff20])/g

/**
 * A text for a cell that is text in every spreadsheet: an apostrophe stands before what would be
 * run. Numbers are left as they are.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11-21)
 */
export const inertText = (text: string): string =>
  NUMBER.test(text) ? text : text.replace(FORMULA, "$1$2'$3")

/** The line of a row: the members that have a column, exact numbers as they were written. */
export const csvRow = (row: Shown, columns: readonly string[]): string =>
  csvLine(columns.map((column) => inertText(cellOf(row[column]))))

/** The first line. */
export const csvHeader = (columns: readonly string[]): string => csvLine(columns)

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (isJsonNumber(value)) return value.text
  return typeof value === 'object' ? writeJson(value) : String(value)
}
