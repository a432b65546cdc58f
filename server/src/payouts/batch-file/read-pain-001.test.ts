import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../../errors/app-error.ts'
import { anyFileRow } from '../../../test/payout-file.ts'
import type { FileRow } from './file-row.ts'
import { readPayoutFile } from './read-file.ts'

const readText = (text: string) => readPayoutFile(new TextEncoder().encode(text))

const refused = (text: string, problem: RegExp): void => {
  assert.throws(
    () => readText(text),
    (error) => isError(error, 'payouts.file_not_readable') && problem.test(error.context.problem),
    text.slice(0, 2_000),
  )
}

const anyStyle = fc.record({
  version: fc.constantFrom('03', '09'),
  prefix: fc.constantFrom('', 'p:'),
  cdata: fc.boolean(),
  groups: fc.integer({ min: 1, max: 3 }),
  comments: fc.boolean(),
  sums: fc.boolean(),
})
type Style = typeof anyStyle extends fc.Arbitrary<infer Value> ? Value : never

const plain: Style = {
  version: '03',
  prefix: '',
  cdata: false,
  groups: 1,
  comments: false,
  sums: true,
}

/** The sum of decimal texts as people add them: column by column, over one common point. */
function sumOf(texts: readonly string[]): string {
  const places = 18
  const total = texts.reduce((sum, text) => {
    const [whole = '', fraction = ''] = text.split('.')
    return sum + BigInt(whole + fraction.padEnd(places, '0'))
  }, 0n)
  const digits = total.toString().padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** A message, written by hand. @param inside what stands before the transactions of each group */
function written(rows: readonly FileRow[], style: Style, inside = ''): string {
  const { prefix: p } = style
  const escaped = (text: string): string =>
    text.replace(/[<>&"']/g, (one) => `&#${one.charCodeAt(0)};`)
  const content = (text: string): string =>
    style.cdata && !text.includes(']]>') ? `<![CDATA[${text}]]>` : escaped(text)
  const el = (name: string, inner: string): string => `<${p}${name}>${inner}</${p}${name}>`
  const leaf = (name: string, text: string | undefined): string =>
    text === undefined ? '' : el(name, content(text))
  const transfer = (row: FileRow): string =>
    el(
      'CdtTrfTxInf',
      [
        el('PmtId', leaf('EndToEndId', row.externalId ?? 'NOTPROVIDED')),
        el('Amt', `<${p}InstdAmt Ccy="${escaped(row.currency)}"> ${row.amount} </${p}InstdAmt>`),
        style.comments ? '<!-- a comment -->' : '',
        row.customerId === undefined
          ? ''
          : el('Cdtr', el('Id', el('PrvtId', el('Othr', leaf('Id', row.customerId))))),
        el(
          'CdtrAcct',
          el(
            'Id',
            el(
              'Othr',
              leaf('Id', row.address) +
                (row.network === undefined ? '' : el('SchmeNm', leaf('Prtry', row.network))),
            ),
          ),
        ),
        row.reference === undefined ? '' : el('RmtInf', leaf('Ustrd', row.reference)),
      ].join(''),
    )
  const totals = (own: readonly FileRow[]): string =>
    el('NbOfTxs', String(own.length)) +
    (style.sums ? el('CtrlSum', sumOf(own.map((row) => row.amount))) : '')
  const size = Math.ceil(rows.length / style.groups)
  const parts = Array.from({ length: style.groups }, (_, nth) =>
    rows.slice(nth * size, (nth + 1) * size),
  )
  const date = style.version === '03' ? '2026-01-15' : el('Dt', '2026-01-15')
  const groups = parts.map((own) =>
    el(
      'PmtInf',
      `${el('PmtMtd', 'TRF')}${totals(own)}${el('ReqdExctnDt', date)}${inside}\n${own.map(transfer).join('\n')}`,
    ),
  )
  const uri = `urn:iso:std:iso:20022:tech:xsd:pain.001.001.${style.version}`
  const xmlns = p === '' ? `xmlns="${uri}"` : `xmlns:p="${uri}"`
  const message = el('CstmrCdtTrfInitn', el('GrpHdr', totals(rows)) + groups.join(''))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${p}Document ${xmlns}>${message}</${p}Document>`
}

/** Planted fault: text in CDATA is passed over. */
test('what another program wrote as pain.001 is read back exactly, money as its text', () => {
  fc.assert(
    fc.property(fc.array(anyFileRow, { maxLength: 8 }), anyStyle, (rows, style) => {
      const file = readText(written(rows, style))
      assert.equal(file.format, `pain.001.001.${style.version}`)
      assert.equal(file.executeOn, '2026-01-15')
      assert.deepEqual(file.faults, [])
      assert.deepEqual(
        file.rows.map((row) => ({ ...row, line: 0 })),
        rows,
      )
    }),
    { numRuns: 300 },
  )
})

const row: FileRow = {
  line: 0,
  amount: '9007199254740993.000000000000000001',
  currency: 'USDT',
  network: 'BSC',
  address: '0xa',
  externalId: 'E1',
  customerId: undefined,
  reference: undefined,
}
const good = written([row, row], plain)

/** Planted faults: sums are held together as numbers; a count is only looked at when it is high. */
test('counts and control sums that differ by the least are refused', () => {
  assert.equal(readText(good).rows.length, 2)
  const sum = '18014398509481986.000000000000000002'
  assert.ok(good.includes(`<CtrlSum>${sum}</CtrlSum>`))
  refused(good.replace(sum, '18014398509481986.000000000000000003'), /CtrlSum says/)
  refused(good.replace(sum, '18014398509481986'), /CtrlSum says/)
  refused(good.replace(sum, '-1'), /CtrlSum says/)
  for (const told of ['1', '3', 'two', '2.0']) {
    refused(good.replace('<NbOfTxs>2<', `<NbOfTxs>${told}<`), /NbOfTxs says/)
  }
  refused(good.replace('<NbOfTxs>2</NbOfTxs>', ''), /NbOfTxs says ""/)
  // Zeros at the end change nothing.
  assert.equal(readText(good.replace(sum, `${sum}00`)).rows.length, 2)
})

/** Planted fault: a DOCTYPE is passed over. */
test('a document that declares entities, or fetches them, is refused before anything is', () => {
  const laughs = ['<!ENTITY a "ha">', '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">']
  const withType = (subset: string) => good.replace('?>', `?><!DOCTYPE d [${subset}]>`)
  refused(withType(laughs.join('')), /DOCTYPE/)
  refused(withType('<!ENTITY x SYSTEM "file:///etc/passwd">'), /DOCTYPE/)
  refused(good.replace('?>', '?><!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">'), /DOCTYPE/)
  refused(good.replace('0xa', '&b;'), /not well-formed/)
  const deep = `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`
  refused(written([row], plain, deep), /more than 40 elements deep/)
})

test('a document that is broken or something else is refused, and the line is named', () => {
  refused('<Document>', /namespace ""|not well-formed/)
  refused(good.replace('</Document>', ''), /line \d+: it is not well-formed/)
  refused(good.replace('pain.001.001.03', 'pain.001.001.02'), /is in the namespace/)
  refused(
    good.replace('CstmrCdtTrfInitn>', 'Other>').replace('/CstmrCdtTrfInitn', '/Other'),
    /no customer credit/,
  )
  refused(good.replace('UTF-8', 'ISO-8859-1'), /written in ISO-8859-1/)
  refused(good.replace('>TRF<', '>CHK<'), /payment method is "CHK"/)
  refused(written([row], plain, '<ChrgBr>DEBT</ChrgBr>'), /borne by the debtor/)
  refused(good.replace('2026-01-15', 'tomorrow'), /"tomorrow" is no date/)
  refused(written([row], plain, '<q:x xmlns:q="urn:other"/>'), /namespace "urn:other"/)
})

test('transactions that name no chain address, or no amount, are named by their line', () => {
  const line = good.split('\n').findIndex((text) => text.includes('<CdtTrfTxInf>')) + 1
  const first = (from: string, to: string) => readText(good.replace(from, to)).faults
  const othr = '<Othr><Id>0xa</Id><SchmeNm><Prtry>BSC</Prtry></SchmeNm></Othr>'
  assert.deepEqual(first(othr, '<IBAN>DE02120300000000202051</IBAN>'), [
    { line, problem: 'its creditor account is an IBAN and no address on a chain' },
  ])
  assert.deepEqual(first(othr, '').at(0), { line, problem: 'it has no address' })
  const debtor = '<ChrgBr>DEBT</ChrgBr><CdtrAcct>'
  assert.match(first('<CdtrAcct>', debtor)[0]?.problem ?? '', /borne by the debtor/)
  const amount = /<InstdAmt[^/]*<\/InstdAmt>/.exec(good)?.[0] ?? ''
  const equivalent = '<EqvtAmt><Amt Ccy="EUR">5</Amt><CcyOfTrf>USDT</CcyOfTrf></EqvtAmt>'
  assert.match(first(amount, equivalent)[0]?.problem ?? '', /equivalent amount/)
  assert.match(first(' Ccy="USDT"', '')[0]?.problem ?? '', /no currency/)
})

test('ten thousand transactions are read in a few moments', () => {
  const file = readText(
    written(
      Array.from({ length: 10_000 }, () => row),
      plain,
    ),
  )
  assert.equal(file.rows.length, 10_000)
})
