import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { units } from '../money/units.ts'
import { chooseLegs } from './choose-legs.ts'
import type { Leg } from './plan.ts'
import { sweepStanding } from './sweep-standing.ts'

const legOf = (held: bigint, isWorthwhile: boolean, place = 0): Leg => ({
  address: `a${place}`,
  path: '',
  ownerId: '',
  depositIds: [],
  units: units(held),
  cost: units(1n),
  breakEven: undefined,
  minEconomic: undefined,
  isWorthwhile,
})

const anyLegs = fc
  .array(fc.tuple(fc.bigInt({ min: 1n, max: 50n }), fc.boolean()), { maxLength: 12 })
  .map((all) => all.map(([held, isWorthwhile], place) => legOf(held, isWorthwhile, place)))

const sum = (legs: readonly Leg[]): bigint => legs.reduce((total, leg) => total + leg.units, 0n)

/** Planted faults: the emptiest first; one more than it takes; what is worth it left out. */
test('what is owed is gathered by as few unprofitable addresses as it takes', () => {
  fc.assert(
    fc.property(anyLegs, fc.bigInt({ min: 0n, max: 300n }), (legs, missing) => {
      const chosen = chooseLegs(legs, units(missing))
      const worthwhile = legs.filter((leg) => leg.isWorthwhile)
      assert.deepEqual(
        chosen.filter((leg) => leg.isWorthwhile),
        worthwhile,
      )
      const others = chosen.filter((leg) => !leg.isWorthwhile)
      const isEnough = sum(chosen) >= missing
      assert.ok(isEnough || chosen.length === legs.length)
      for (const leg of others) assert.ok(sum(chosen) - leg.units < missing)
      const left = legs.filter((leg) => !chosen.includes(leg))
      for (const one of left) for (const leg of others) assert.ok(one.units <= leg.units)
    }),
  )
})

/** Planted faults: every failure rests as long as the first; a failure of long ago counts. */
test('each sweep that fails in a row rests longer, up to an hour', () => {
  const failed = { sweepId: 'swp_1', state: 'failed', problem: 'refused', endedAt: 0 } as const
  const restOf = (failures: number): number => {
    const standing = sweepStanding(
      Array.from({ length: failures }, () => failed),
      0,
    )
    return standing.kind === 'resting' ? standing.until : 0
  }
  assert.deepEqual([1, 2, 3, 8].map(restOf), [60_000, 120_000, 240_000, 3_600_000])
  const completed = { ...failed, state: 'completed', problem: undefined } as const
  assert.equal(sweepStanding([failed, completed, failed], 59_999).kind, 'resting')
  assert.equal(sweepStanding([failed, completed, failed], 60_000).kind, 'free')
  assert.equal(sweepStanding([completed, failed], 0).kind, 'free')
  assert.equal(sweepStanding([], 0).kind, 'free')
  assert.equal(sweepStanding([{ ...failed, state: 'sending' }], 0).kind, 'running')
})
