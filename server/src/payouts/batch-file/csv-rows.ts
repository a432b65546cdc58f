import { AppError } from '../../errors/app-error.ts'
import { readCsv, type CsvRecord } from './csv.ts'
import { isRow, rowOf, type FileRow, type PayoutFile, type RowFault } from './file-row.ts'

/** The columns that there are; those that must be there first. */
const COLUMNS = [
  'amount',
  'currency',
  'address',
  'network',
  'external_id',
  'customer_id',
  'reference',
] as const
type Column = (typeof COLUMNS)[number]
const NEEDED: readonly Column[] = ['amount', 'currency', 'address']

/**
 * Reads payouts from a CSV text with a header row. Columns may stand in any order.
 *
 * @throws payouts.file_not_readable when it is no CSV, or its header is not the one it should be
 */
export function readCsvRows(text: string): PayoutFile {
  const [header, ...records] = readCsv(text)
  if (header === undefined) throw unreadable('it is empty')
  const columns = readHeader(header)
  const rows: FileRow[] = []
  const faults: RowFault[] = []
  for (const record of records) {
    const row = readRecord(columns, record)
    if (isRow(row)) rows.push(row)
    else faults.push(row)
  }
  return { format: 'CSV', rows, faults, executeOn: undefined }
}

const isColumn = (name: string): name is Column => COLUMNS.some((one) => one === name)

function readHeader({ cells }: CsvRecord): readonly Column[] {
  if (cells.length === 1 && cells[0]?.includes(';')) {
    throw unreadable('its cells are separated by semicolons: save it with commas')
  }
  const columns = cells.map((cell) => {
    if (isColumn(cell)) return cell
    throw unreadable(`there is no column "${cell}": its header names ${COLUMNS.join(', ')}`)
  })
  const twice = columns.find((name, place) => columns.indexOf(name) !== place)
  if (twice !== undefined) throw unreadable(`the column ${twice} is there twice`)
  const missing = NEEDED.find((name) => !columns.includes(name))
  if (missing !== undefined) throw unreadable(`the column ${missing} is missing`)
  return columns
}

function readRecord(columns: readonly Column[], { line, cells }: CsvRecord): FileRow | RowFault {
  if (cells.length !== columns.length) {
    return { line, problem: `it has ${cells.length} cells where the header has ${columns.length}` }
  }
  const textOf = (column: Column): string => cells[columns.indexOf(column)] ?? ''
  return rowOf({
    line,
    amount: textOf('amount'),
    currency: textOf('currency'),
    network: textOf('network'),
    address: textOf('address'),
    externalId: textOf('external_id'),
    customerId: textOf('customer_id'),
    reference: textOf('reference'),
  })
}

const unreadable = (problem: string): AppError =>
  new AppError('payouts.file_not_readable', { problem })
