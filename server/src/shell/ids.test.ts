import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from './clock.ts'
import { createIds } from './ids.ts'

test('ids sort by the time they were given out, and are never the same', () => {
  const clock = manualClock(Date.UTC(2026, 0, 1))
  const ids = createIds(clock)
  const given: string[] = []
  for (let index = 0; index < 500; index += 1) {
    given.push(ids.next('pay'))
    clock.advance(1)
  }
  assert.deepEqual([...given].sort(), given)
  const sameMoment = new Set(Array.from({ length: 10_000 }, () => ids.next('pay')))
  assert.equal(sameMoment.size, 10_000)
  assert.match(given[0] ?? '', /^pay_[0-9A-HJKMNP-TV-Z]{26}$/)
})
