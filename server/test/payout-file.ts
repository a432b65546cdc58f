import fc from 'fast-check'
import type { FileRow } from '../src/payouts/batch-file/file-row.ts'

const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength })

/** Amounts above zero, of whatever precision. */
const anyAmount = fc
  .tuple(digits(20), digits(18), fc.boolean())
  .map(([whole, fraction, isWhole]) => (isWhole ? whole : `${whole}.${fraction}`))
  .filter((text) => /[1-9]/.test(text))

/** Texts with what is special in CSV and in XML, and no spaces around them. */
const anyText = fc
  .string({
    unit: fc.constantFrom('a', 'Z', '7', ' ', '"', ',', ';', '<', '&', '>', "'", ']]>', 'ß', '😀'),
    minLength: 1,
    maxLength: 20,
  })
  .map((text) => text.trim())
  .filter((text) => text !== '')

const maybe = (text: fc.Arbitrary<string>) => fc.option(text, { nil: undefined })

/** Any row that a file can hold; its line is where it is written. */
export const anyFileRow: fc.Arbitrary<FileRow> = fc.record(
  {
    line: fc.constant(0),
    amount: anyAmount,
    currency: fc.constantFrom('USDT', 'BTC', 'USDT_BSC', 'eip155:56/slip44:714'),
    network: maybe(fc.constantFrom('BSC', 'BNB Chain', 'eip155:1')),
    address: anyText,
    externalId: maybe(anyText),
    customerId: maybe(anyText),
    reference: maybe(anyText),
  },
  { noNullPrototype: true },
)

/** An address outside, another for each number. */
export const addressNumber = (nth: number): string =>
  `0x${(nth + 1).toString(16).padStart(40, 'e')}`
