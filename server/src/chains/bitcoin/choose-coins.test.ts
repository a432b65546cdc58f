import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { units } from '../../money/units.ts'
import {
  chooseAll,
  chooseCoins,
  dustOf,
  INPUTS_MAX,
  type Choice,
  type OwnCoin,
} from './choose-coins.ts'
import { feeAt, inputVsize, vsizeOf } from './size.ts'
import type { TxOutput } from './transaction.ts'

const KEY_HASH = Uint8Array.from([0, 20, ...new Array<number>(20).fill(7)])
const TAPROOT = Uint8Array.from([0x51, 32, ...new Array<number>(32).fill(7)])

const coin = (value: bigint, place: number): OwnCoin => ({
  txid: place.toString(16).padStart(64, '0'),
  index: 0,
  units: units(value),
  address: '',
  ...(place % 3 === 0
    ? { script: TAPROOT, kind: 'p2tr' as const }
    : { script: KEY_HASH, kind: 'p2wpkh' as const }),
})

const anyCase = fc.record({
  values: fc.array(fc.bigInt({ min: 1n, max: 1_000_000n }), { maxLength: 12 }),
  paid: fc.array(fc.bigInt({ min: 330n, max: 800_000n }), { minLength: 1, maxLength: 4 }),
  rate: fc.bigInt({ min: 1_000n, max: 200_000n }),
  must: fc.nat(2),
})

const sumOf = (all: readonly Readonly<{ units: bigint }>[]): bigint =>
  all.reduce((sum, one) => sum + one.units, 0n)

function prepared({ values, paid, rate, must }: Parameters<Parameters<typeof anyCase.map>[0]>[0]) {
  const coins = values.map(coin)
  const outputs: readonly TxOutput[] = paid.map((value) => ({
    script: TAPROOT,
    units: units(value),
  }))
  const feeFor = (vsize: number): bigint => feeAt(rate, vsize)
  return { coins, must: coins.slice(0, must), outputs, change: KEY_HASH, feeFor, rate }
}

/** What every choice must be: nothing made of nothing, the fee what its size asks for. */
function assertSound(
  choice: Extract<Choice, { kind: 'chosen' }>,
  { must, feeFor }: Pick<ReturnType<typeof prepared>, 'must' | 'feeFor'>,
): void {
  const { inputs, outputs, fee } = choice
  assert.equal(sumOf(inputs), sumOf(outputs) + fee)
  assert.equal(new Set(inputs.map((one) => one.txid)).size, inputs.length)
  assert.ok(must.every((one) => inputs.includes(one)))
  const kinds = inputs.map((one) => one.kind)
  assert.ok(fee >= feeFor(vsizeOf(kinds, outputs)), 'it pays for its size')
  for (const output of outputs) assert.ok(output.units >= dustOf(output.script))
}

/** Planted fault: the fee counted without the change output. */
test('coins that are chosen pay the outputs and the fee, and what is left comes back or is dust', () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const wanted = prepared(given)
      const choice = chooseCoins(wanted)
      if (choice.kind === 'short') return
      assertSound(choice, wanted)
      assert.deepEqual(choice.outputs.slice(0, wanted.outputs.length), wanted.outputs)
      const kinds = choice.inputs.map((one) => one.kind)
      const withChange = [...wanted.outputs, { script: KEY_HASH, units: units(0n) }]
      const most = wanted.feeFor(vsizeOf(kinds, withChange)) + dustOf(KEY_HASH)
      assert.ok(choice.fee < most || choice.outputs.length > wanted.outputs.length)
    }),
  )
})

/** Planted fault: change below dust kept. */
test('change comes back from the first satoshi that nodes pass on', () => {
  const outputs = [{ script: TAPROOT, units: units(10_000n) }]
  const feeFor = (vsize: number): bigint => feeAt(2_000n, vsize)
  const withChange = [...outputs, { script: KEY_HASH, units: units(0n) }]
  const spent = 10_000n + feeFor(vsizeOf(['p2wpkh'], withChange))
  for (const over of [0n, 1n, 293n, 294n, 295n]) {
    const only = coin(spent + over, 1)
    const choice = chooseCoins({ coins: [only], must: [], outputs, change: KEY_HASH, feeFor })
    assert.ok(choice.kind === 'chosen')
    assert.equal(choice.outputs.length, over < 294n ? 1 : 2)
  }
})

test('a choice falls short only when all coins together do, and says how much is missing', () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const wanted = prepared(given)
      const choice = chooseCoins(wanted)
      if (choice.kind === 'chosen') return
      const kinds = wanted.coins.map((one) => one.kind)
      const { feeFor, outputs, coins } = wanted
      const needed = sumOf(outputs) + feeFor(vsizeOf(kinds, outputs))
      assert.ok(coins.length === 0 || sumOf(coins) < needed)
      assert.ok(choice.missing > 0n)
    }),
  )
})

test('everything leaves nothing but coins that cost more than they hold', () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const wanted = prepared({ ...given, must: 0 })
      const isWorthwhile = (one: OwnCoin): boolean =>
        one.units > feeAt(wanted.rate, inputVsize(one.kind))
      const choice = chooseAll(
        { ...wanted, inputsMax: INPUTS_MAX },
        { script: TAPROOT, units: units(1n) },
        isWorthwhile,
      )
      if (choice.kind === 'short') return
      assertSound(choice, wanted)
      assert.equal(choice.inputs.length, wanted.coins.filter(isWorthwhile).length)
      assert.equal(choice.outputs.length, 1)
    }),
  )
})

test('a transaction has a bounded number of inputs, the largest coins first', () => {
  const coins = Array.from({ length: INPUTS_MAX + 50 }, (_, place) =>
    coin(10_000n + BigInt(place), place),
  )
  const feeFor = (vsize: number): bigint => feeAt(1_000n, vsize)
  const output = { script: TAPROOT, units: units(1n) }
  const all = chooseAll({ coins, must: [], feeFor, inputsMax: INPUTS_MAX }, output, () => true)
  assert.ok(all.kind === 'chosen')
  assert.equal(all.inputs.length, INPUTS_MAX)
  assert.equal(all.inputs[0]?.units, 10_000n + BigInt(INPUTS_MAX + 49))
  const due = { ...output, units: units(sumOf(coins) - 400_000n) }
  const few = chooseCoins({ coins, must: [], outputs: [due], change: KEY_HASH, feeFor })
  assert.equal(few.kind, 'short')
})
