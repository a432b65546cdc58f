/**
 * Text forms of PostgreSQL arrays. A batch is sent as a handful of arrays, one for each column;
 * written here they cost a fraction of what the client's general encoder takes.
 *
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */

/** A `text[]`; undefined becomes null. */
export function textArray(values: readonly (string | undefined)[]): string {
  let text = ''
  for (const value of values) text += `,${value === undefined ? 'null' : `"${escape(value)}"`}`
  return `{${text.slice(1)}}`
}

/** An array of whole numbers: `int[]`, `bigint[]` or `numeric[]`; undefined becomes null. */
export function numberArray(values: readonly (bigint | number | undefined)[]): string {
  let text = ''
  for (const value of values) text += `,${value ?? 'null'}`
  return `{${text.slice(1)}}`
}

const escape = (value: string): string =>
  value.includes('"') || value.includes('\\') ? value.replace(/["\\]/g, '\\$&') : value
