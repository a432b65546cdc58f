import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../../errors/app-error.ts'
import { anyFileRow } from '../../../test/payout-file.ts'
import { csvLine, readCsv } from './csv.ts'
import type { FileRow } from './file-row.ts'
import { readPayoutFile } from './read-file.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const readText = (text: string) => readPayoutFile(bytes(text))

const HEADER = 'amount,currency,network,address,external_id,customer_id,reference'
const refused = (text: string, problem: RegExp): void => {
  assert.throws(
    () => readText(text),
    (error) => isError(error, 'payouts.file_not_readable') && problem.test(error.context.problem),
    text,
  )
}

/** How somebody else's program may write the same. */
const anyStyle = fc.record({
  lineEnd: fc.constantFrom('\r\n', '\n'),
  mark: fc.boolean(),
  lastEnd: fc.boolean(),
  quoteAll: fc.boolean(),
  order: fc.shuffledSubarray(HEADER.split(','), { minLength: 7 }),
})
type Style = typeof anyStyle extends fc.Arbitrary<infer Value> ? Value : never

const cellsOf = (row: FileRow): Readonly<Record<string, string>> => ({
  amount: row.amount,
  currency: row.currency,
  network: row.network ?? '',
  address: row.address,
  external_id: row.externalId ?? '',
  customer_id: row.customerId ?? '',
  reference: row.reference ?? '',
})

/** Written by hand, so that a mistake of `csvLine` is not read back by its twin. */
function written(rows: readonly FileRow[], style: Style): string {
  const quoted = (cell: string): string => `"${cell.split('"').join('""')}"`
  const must = (cell: string): boolean => style.quoteAll || /[,"\n\r]/.test(cell)
  const lines = rows.map((row) =>
    style.order
      .map((name) => cellsOf(row)[name] ?? '')
      .map((cell) => (must(cell) ? quoted(cell) : cell))
      .join(','),
  )
  const text = [style.order.join(','), ...lines].join(style.lineEnd)
  return `${style.mark ? '\ufeff' : ''}${text}${style.lastEnd ? style.lineEnd : ''}`
}

/** Planted faults: two quotes are read as none; the mark stays before the first name. */
test('what another program wrote as CSV is read back exactly, money as its text', () => {
  fc.assert(
    fc.property(fc.array(anyFileRow, { minLength: 1, maxLength: 8 }), anyStyle, (rows, style) => {
      const file = readText(written(rows, style))
      assert.deepEqual(file.faults, [])
      assert.deepEqual(
        file.rows,
        rows.map((row, place) => ({ ...row, line: place + 2 })),
      )
    }),
    { numRuns: 300 },
  )
})

/** Planted fault: lines are counted by records, so that a cell of two lines shifts those after. */
test('each bad row is named by the line on which it begins, and no other', () => {
  const faulty = [
    ['-5,USDT,BSC,0xa,,,', /negative/],
    ['1e9999,USDT,BSC,0xa,,,', /out of range|larger|digits/],
    ['"1,5",USDT,BSC,0xa,,,', /point for decimals/],
    ['0,USDT,BSC,0xa,,,', /is nothing/],
    [',USDT,BSC,0xa,,,', /no amount/],
    ['5,,BSC,0xa,,,', /no currency/],
    ['5,USDT,BSC,,,,', /no address/],
    ['5,USDT,BSC, 0xa,,,', /spaces before or after/],
    ['5,USDT,BSC,0xa\u0007,,,', /cannot be printed/],
    ['5,USDT,BSC,0xa', /4 cells where the header has 7/],
    [`5,USDT,BSC,0xa,${'x'.repeat(201)},,`, /external_id is longer than 200/],
  ] as const
  const bad = fc.constantFrom(...faulty)
  const good = fc.constantFrom('5,USDT,BSC,0xa,,,', '5,USDT,BSC,0xa,,,"a ""b"" c"')
  const lines = fc.array(fc.oneof(bad, good), { maxLength: 12 })
  fc.assert(
    fc.property(lines, (all) => {
      const texts = all.map((one) => (typeof one === 'string' ? one : one[0]))
      const file = readText([HEADER, ...texts].join('\n'))
      const wanted = all.flatMap((one, place) => (typeof one === 'string' ? [] : [place + 2]))
      assert.deepEqual(
        file.faults.map((fault) => fault.line),
        wanted,
      )
      for (const [nth, fault] of file.faults.entries()) {
        const one = all[(wanted[nth] ?? 0) - 2]
        if (one !== undefined && typeof one !== 'string') assert.match(fault.problem, one[1])
      }
    }),
  )
  const twoLines = readText(
    `${HEADER}\r\n5,USDT,BSC,0xa,,,"a, b"\r\n\r\n5,USDT,"a\nb",0xa,,,\r\n-1,X,,0xa,,,`,
  )
  assert.deepEqual(
    twoLines.faults.map((fault) => fault.line),
    [4, 6],
  )
})

test('a text that is no CSV, or has another header, is refused with the reason', () => {
  refused('', /empty/)
  refused('amount;currency;address', /semicolons/)
  refused('amount,currency,adress', /no column "adress"/)
  refused('amount,currency', /column address is missing/)
  refused('amount,amount,currency,address', /amount is there twice/)
  refused('amount,currency,address\n"5,USDT,0xa', /line 2: .*never closed/)
  refused('amount,currency,address\n5,US"DT,0xa', /line 2: a quote stands inside/)
  refused('amount,currency,address\n5,"USDT"x,0xa', /line 2: something stands between/)
  refused('amount,currency,address\r5,USDT,0xa', /line 1: a carriage return/)
  assert.throws(
    () => readPayoutFile(Uint8Array.of(0x61, 0xe4, 0x2c)),
    (error) => isError(error, 'payouts.file_not_readable') && /UTF-8/.test(error.message),
  )
})

/** Planted fault: quotes in a cell are written once. */
test('lines of results are read back as they were', () => {
  const anyCell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ü') })
  const anyCells = fc.array(anyCell, { minLength: 2, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(anyCells, { maxLength: 5 }), (records) => {
      const text = records.map(csvLine).join('')
      assert.deepEqual(
        readCsv(text).map((one) => one.cells),
        records,
      )
    }),
  )
})

test('ten thousand rows are read in a moment', () => {
  const row =
    '12.345678,USDT,BSC,0x52908400098527886E0F7030069857D2E4169EE7,ext,cust,"May, 2026"\r\n'
  const file = readText(`${HEADER}\r\n${row.repeat(10_000)}`)
  assert.equal(file.rows.length, 10_000)
  assert.equal(file.rows.at(-1)?.line, 10_001)
})
