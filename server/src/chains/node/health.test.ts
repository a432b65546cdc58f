import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { manualClock } from '../../shell/clock.ts'
import { createHealth } from './health.ts'

test('nodes are asked in their given order while all of them work', () => {
  const health = createHealth(manualClock(0), 3)
  assert.deepEqual(health.order(), [0, 1, 2])
  health.succeeded(2)
  assert.deepEqual(health.order(), [0, 1, 2])
})

/** Seen to fail where a node that failed once was asked last for ever. */
test('a node that failed is asked last until it has rested, and longer each time', () => {
  const clock = manualClock(0)
  const health = createHealth(clock, 2)
  for (const restMs of [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]) {
    health.failed(0)
    clock.advance(restMs - 1)
    assert.deepEqual([health.order(), health.isResting(0)], [[1, 0], true])
    clock.advance(1)
    assert.deepEqual([health.order(), health.isResting(0)], [[0, 1], false])
  }
  health.failed(0)
  health.succeeded(0)
  assert.deepEqual(health.order(), [0, 1])
  health.failed(0)
  clock.advance(5_000)
  assert.deepEqual(health.order(), [0, 1], 'a success makes up for every failure before it')
})

test('whatever fails and recovers, every node is in the order, and rested ones come first', () => {
  const anyStep = fc.record({ node: fc.nat(4), fails: fc.boolean(), laterMs: fc.nat(400_000) })
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const clock = manualClock(0)
      const health = createHealth(clock, 5)
      for (const { node, fails, laterMs } of steps) {
        if (fails) health.failed(node)
        else health.succeeded(node)
        clock.advance(laterMs)
        const order = health.order()
        assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4])
        const resting = order.map(health.isResting)
        assert.deepEqual(
          resting,
          [...resting].sort((a, b) => Number(a) - Number(b)),
        )
      }
    }),
  )
})
