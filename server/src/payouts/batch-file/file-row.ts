import { AppError } from '../../errors/app-error.ts'
import { parseDecimal } from '../../money/decimal.ts'

/** One payout of a file, as it stands there. */
export type FileRow = Readonly<{
  /** Where it begins in the file, from 1. */
  line: number
  /** Decimal text above 0. */
  amount: string
  currency: string
  /** Absent where the currency says it. */
  network: string | undefined
  address: string
  externalId: string | undefined
  customerId: string | undefined
  reference: string | undefined
}>

/** Something wrong with one row, as a sentence. */
export type RowFault = Readonly<{ line: number; problem: string }>

/** What kinds of files there are. */
export type FileFormat = 'CSV' | 'pain.001.001.03' | 'pain.001.001.09'

/** A file of payouts that was read: every row is either among `rows` or named in `faults`. */
export type PayoutFile = Readonly<{
  format: FileFormat
  rows: readonly FileRow[]
  faults: readonly RowFault[]
  /** The latest date on which it asks to be paid, as YYYY-MM-DD; absent: at once. */
  executeOn: string | undefined
}>

/** Texts of a row before they were looked at; what is not there is empty. */
export type RowTexts = Readonly<
  Record<Exclude<keyof FileRow, 'line'>, string> & Pick<FileRow, 'line'>
>

/** The texts besides the amount, what they are called, and their most characters. */
const TEXTS: readonly (readonly [Exclude<keyof FileRow, 'line' | 'amount'>, string, number])[] = [
  ['currency', 'currency', 200],
  ['network', 'network', 200],
  ['address', 'address', 200],
  ['externalId', 'external_id', 200],
  ['customerId', 'customer_id', 200],
  ['reference', 'reference', 500],
]

/** A row of its texts, or what is wrong with it: the first thing that is found. */
export function rowOf(texts: RowTexts): FileRow | RowFault {
  const { line, amount, currency, address } = texts
  const problem = wrongAmount(amount) ?? wrongTexts(texts)
  if (problem !== undefined) return { line, problem }
  const maybe = (text: string): string | undefined => (text === '' ? undefined : text)
  return {
    ...{ line, amount, currency, address },
    network: maybe(texts.network),
    externalId: maybe(texts.externalId),
    customerId: maybe(texts.customerId),
    reference: maybe(texts.reference),
  }
}

/** Whether a row can be used. */
export const isRow = (row: FileRow | RowFault): row is FileRow => !('problem' in row)

function wrongAmount(text: string): string | undefined {
  if (text === '') return 'it has no amount'
  try {
    const { mantissa } = parseDecimal(text)
    return mantissa > 0n ? undefined : `the amount ${text} is nothing`
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

function wrongTexts(texts: RowTexts): string | undefined {
  if (texts.currency === '') return 'it has no currency'
  if (texts.address === '') return 'it has no address'
  for (const [key, name, most] of TEXTS) {
    const text = texts[key]
    if (text.length > most) return `its ${name} is longer than ${most} characters`
    // A space that nobody sees would name another address, or another payout.
    if (text !== text.trim()) return `its ${name} has spaces before or after it`
    if (/\p{Cc}/u.test(text)) return `its ${name} has characters that cannot be printed`
  }
  return undefined
}
