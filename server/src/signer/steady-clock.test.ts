import assert from 'node:assert/strict'
import { test } from 'node:test'
import { steadyClock } from './steady-clock.ts'

/** Planted fault: the machine's clock taken as it is. */
test('a clock that is set forward does not carry the signer into another day', () => {
  let [wall, steady] = [1_000_000, 500]
  const clock = steadyClock(
    () => wall,
    () => steady,
  )
  assert.equal(clock(), 1_000_000)
  wall += 86_400_000
  steady += 1_000
  assert.equal(clock(), 1_061_000)
  wall = 900_000
  assert.equal(clock(), 900_000)
})
