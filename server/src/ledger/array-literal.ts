/**
 * Text forms of PostgreSQL arrays. A batch is sent as a handful of arrays, one for each column;
 * written here they cost a fraction of what the client's general encoder takes.
 *
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */

/** A `text[]`; undefined becomes null. */
export const textArray = (values: readonly (string | undefined)[]): string =>
  `{${values.map(quoted).join(',')}}`

/** An array of whole numbers: `int[]`, `bigint[]` or `numeric[]`; undefined becomes null. */
export const numberArray = (values: readonly (bigint | number | undefined)[]): string =>
  `{${values.map((value) => value ?? 'null').join(',')}}`

function quoted(value: string | undefined): string {
  if (value === undefined) return 'null'
  return `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`
}
