import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CHANGES_MAX,
  nextStanding,
  type DepositLevel,
  type Observed,
  type Standing,
} from './deposit.ts'

const WHEN_FINAL = { at: 'final', isFree: true } as const

const NOTHING: Standing = { level: undefined, block: undefined }

const plain = { noNullPrototype: true } as const
const block = fc.record(
  { height: fc.integer({ min: 1, max: 2 }), hash: fc.constantFrom('a', 'b', 'c') },
  plain,
)
const observed: fc.Arbitrary<Observed> = fc.oneof(
  fc.constant({ kind: 'gone' } as const),
  fc.constant({ kind: 'seen' } as const),
  fc.record(
    {
      kind: fc.constant('in block' as const),
      block,
      level: fc.constantFrom('confirmed' as const, 'safe' as const, 'final' as const),
    },
    plain,
  ),
)

/** What lies deep in a block lies no less deep later: levels of one block only rise. */
function rising(history: readonly Observed[]): readonly Observed[] {
  const order = ['confirmed', 'safe', 'final'] as const
  const reached = new Map<string, number>()
  return history.map((one) => {
    if (one.kind !== 'in block') return one
    const name = `${one.block.height} ${one.block.hash}`
    const rank = Math.max(order.indexOf(one.level), reached.get(name) ?? 0)
    reached.set(name, rank)
    return { ...one, level: order[rank] ?? one.level }
  })
}

function bookUp(from: Standing, to: Observed): readonly Standing[] {
  const steps: Standing[] = []
  let booked = from
  for (;;) {
    const next = nextStanding(booked, to, WHEN_FINAL)
    if (next === undefined) return steps
    assert.ok(steps.length < CHANGES_MAX, 'the changes come to an end')
    steps.push(next)
    booked = next
  }
}

/** What is booked of a transfer of which nothing is known but how it is shown now. */
const fresh = (shown: Observed): Standing => bookUp(NOTHING, shown).at(-1) ?? NOTHING

const isIn = ({ block: held }: Standing): boolean => held !== undefined
const isOut = (level: DepositLevel | undefined): boolean =>
  level === undefined || level === 'seen' || level === 'reverted'

/**
 * Planted faults: a block that moved is not taken back first; `gone` is not heard after `seen`;
 * a booked block is compared by its height alone.
 */
test('after any history a deposit stands where one stands that was only seen at its end', () => {
  const run = fc.record({ shown: observed, isBooked: fc.boolean() })
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), (history) => {
      const shown = rising(history.map((one) => one.shown))
      let booked = NOTHING
      shown.forEach((one, place) => {
        const isLast = place === shown.length - 1
        if (isLast || history[place]?.isBooked) booked = bookUp(booked, one).at(-1) ?? booked
      })
      const end = shown.at(-1) ?? { kind: 'gone' }
      const expected = fresh(end)
      const isSilent = expected.level === undefined && !isIn(booked)
      if (isSilent) assert.ok(booked.level === undefined || booked.level === 'reverted')
      else assert.deepEqual(booked, expected)
    }),
    { numRuns: 3_000 },
  )
})

/** Planted fault: `final` falls to `seen`. */
test('every change is a real one, and coins leave a block before they are in another', () => {
  fc.assert(
    fc.property(fc.array(observed, { minLength: 1, maxLength: 12 }), (history) => {
      let booked = NOTHING
      for (const one of rising(history)) {
        for (const next of bookUp(booked, one)) {
          assert.notEqual(next.level, booked.level)
          assert.equal(isIn(next), !isOut(next.level))
          if (isIn(booked) && isIn(next)) assert.deepEqual(next.block, booked.block)
          if (booked.level === 'final') assert.equal(next.level, 'reverted')
          booked = next
        }
      }
    }),
    { numRuns: 3_000 },
  )
})
