import pg from 'pg'

const INT8 = 20
const NUMERIC = 1700
const TIMESTAMPTZ = 1184

/** How values of the database are read, on every connection. */
export const databaseTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === NUMERIC) return (text: string) => BigInt(text)
    if (oid === INT8) return parseSafeInteger
    if (oid === TIMESTAMPTZ) return (text: string) => new Date(text).getTime()
    return pg.types.getTypeParser(oid, format ?? 'text')
  },
}

function parseSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is not a safe integer`)
  return value
}
