import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCsv } from '../../payouts/batch-file/csv.ts'
import { csvRow, inertText } from './csv.ts'

/** What a spreadsheet with one of these separators takes for a formula. */
function formulasIn(line: string, separator: string): readonly string[] {
  return line
    .split(new RegExp(`[${separator}\\r\\n]`))
    .map((cell) => cell.replace(/^\s*["']?\s*/, (start) => (start.includes("'") ? "'" : '')))
    .filter((cell) => /^[=+@\-\uff1d\uff0b\uff0d\uff20]/.test(cell))
}

const anyText = fc.string({ unit: fc.constantFrom(...'=+-@;|\t\r\n "\',a1.') })

/** Seen to fail with only the beginning of a cell looked at: a semicolon begins one elsewhere. */
test('no text is run as a formula, whichever separator the spreadsheet takes', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const line = csvRow({ first: 'x', text }, ['first', 'text'])
      const [record] = readCsv(line)
      const cell = record?.cells[1] ?? ''
      if (/^-\d+(\.\d+)?$/.test(text)) return
      assert.deepEqual(formulasIn(cell, ';'), [], JSON.stringify(line))
      assert.deepEqual(formulasIn(cell, '|'), [], JSON.stringify(line))
      assert.deepEqual(formulasIn(cell, '\t'), [], JSON.stringify(line))
    }),
  )
})

test('numbers and harmless texts are left as they are', () => {
  for (const text of ['-1.5', '0', 'a=b', 'it-is', 'e-mail@example.com', '', 'x;y']) {
    assert.equal(inertText(text), text)
  }
  assert.equal(inertText('=1+1'), "'=1+1")
  assert.equal(inertText('-1+1'), "'-1+1")
  assert.equal(inertText('a;=1'), "a;'=1")
})

/** A text is one cell again, whatever separators, quotes and line ends it holds. */
test('what is written is read back, but for the apostrophes', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const [record] = readCsv(csvRow({ first: 'x', text }, ['first', 'text']))
      assert.equal(record?.cells[1], inertText(text))
    }),
  )
})
