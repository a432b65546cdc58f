import { AppError } from '../../errors/app-error.ts'

/** One record of a CSV text: its cells, and the line on which it begins, from 1. */
export type CsvRecord = Readonly<{ line: number; cells: readonly string[] }>

/**
 * Reads CSV as RFC 4180 has it: commas, quotes around what holds commas, quotes or line ends, two
 * quotes for one. Lines may end with or without a carriage return; empty ones are passed over.
 *
 * @throws payouts.file_not_readable where quotes make it unclear what is a cell
 * @see https://www.rfc-editor.org/rfc/rfc4180 (read 2026-11-20)
 */
export function readCsv(text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = []
  let cells: string[] = []
  let place = 0
  let line = 1
  let begun = 1
  while (place < text.length) {
    const quoted = text[place] === '"'
    const cell = quoted ? quotedCell(text, place, line) : plainCell(text, place, line)
    cells.push(cell.text)
    line += cell.lineEnds
    const { ending, next } = endingAt(text, cell.next, line)
    place = next
    if (ending === 'cell') {
      if (place === text.length) cells.push('')
      else continue
    }
    if (cells.length > 1 || cells[0] !== '' || quoted) records.push({ line: begun, cells })
    cells = []
    line += 1
    begun = line
  }
  return records
}

type Cell = Readonly<{ text: string; next: number; lineEnds: number }>

function plainCell(text: string, from: number, line: number): Cell {
  let next = from
  while (next < text.length && !',\r\n'.includes(text[next] ?? '')) {
    if (text[next] === '"') {
      throw unreadable(line, 'a quote stands inside of a cell that does not begin with one')
    }
    next += 1
  }
  return { text: text.slice(from, next), next, lineEnds: 0 }
}

function quotedCell(text: string, from: number, line: number): Cell {
  const parts: string[] = []
  for (let start = from + 1; ;) {
    const quote = text.indexOf('"', start)
    if (quote === -1) throw unreadable(line, 'the quote that begins a cell is never closed')
    parts.push(text.slice(start, quote))
    if (text[quote + 1] !== '"') {
      const whole = parts.join('"')
      return { text: whole, next: quote + 1, lineEnds: whole.split('\n').length - 1 }
    }
    start = quote + 2
  }
}

type Ending = Readonly<{ ending: 'cell' | 'record'; next: number }>

function endingAt(text: string, place: number, line: number): Ending {
  const found = text[place]
  if (found === undefined) return { ending: 'record', next: place }
  if (found === ',') return { ending: 'cell', next: place + 1 }
  if (found === '\n') return { ending: 'record', next: place + 1 }
  if (found === '\r' && text[place + 1] === '\n') return { ending: 'record', next: place + 2 }
  if (found === '\r') throw unreadable(line, 'a carriage return stands without a line feed')
  throw unreadable(line, 'something stands between a closing quote and the next comma')
}

const unreadable = (line: number, problem: string): AppError =>
  new AppError('payouts.file_not_readable', { problem: `line ${line}: ${problem}` })

/** A line of CSV with its end; cells are quoted where they have to be. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`
