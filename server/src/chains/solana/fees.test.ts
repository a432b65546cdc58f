import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unitPrice } from './fees.ts'
import { meaningOf } from './refusals.ts'

test('a unit costs what others paid of late, and never less than a little', () => {
  const recent = Array.from({ length: 100 }, (_, place) => BigInt(place) * 10_000n)
  assert.equal(unitPrice('slow', recent), 250_000n)
  assert.equal(unitPrice('normal', recent), 500_000n)
  assert.equal(unitPrice('fast', recent), 900_000n)
  assert.equal(unitPrice('slow', []), 1_000n)
  assert.equal(unitPrice('fast', [5n]), 200_000n)
})

test('haste never lowers the price, whatever others paid', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { maxLength: 150 }), (recent) => {
      const [slow, normal, fast] = [
        unitPrice('slow', recent),
        unitPrice('normal', recent),
        unitPrice('fast', recent),
      ]
      assert.ok(slow <= normal && normal <= fast)
    }),
  )
})

/** The words are those of the node's own list of transaction errors. */
test('a refusal is read by its meaning', () => {
  const failed = 'Transaction simulation failed: '
  const cases = [
    [-32_002, `${failed}This transaction has already been processed`, 'known'],
    [-32_002, `${failed}Blockhash not found`, 'untimely'],
    [
      -32_002,
      `${failed}Attempt to debit an account but found no record of a prior credit.`,
      'insufficient_funds',
    ],
    [
      -32_002,
      `${failed}Error processing Instruction 2: custom program error: 0x1`,
      'insufficient_funds',
    ],
    [-32_002, `${failed}Error processing Instruction 2: custom program error: 0x11`, 'invalid'],
    [-32_002, `${failed}Insufficient funds for fee`, 'insufficient_funds'],
    [
      -32_002,
      `${failed}Transaction results in an account (1) with insufficient funds for rent`,
      'insufficient_funds',
    ],
    [-32_003, 'Transaction signature verification failure', 'invalid'],
    [-32_602, 'invalid transaction: index out of bounds', 'invalid'],
    [-32_005, 'Node is behind by 200 slots', 'trouble'],
    [-32_429, 'Too many requests', 'trouble'],
  ] as const
  for (const [code, message, expected] of cases) {
    const meaning = meaningOf(code, message)
    assert.equal(meaning.kind === 'refused' ? meaning.reason : meaning.kind, expected, message)
  }
})
