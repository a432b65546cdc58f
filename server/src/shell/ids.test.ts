import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from './clock.ts'
import { createIds, idOfName } from './ids.ts'

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

test('a name has one id for ever, which no other name has', () => {
  const one = idOfName('out', ['book_1', 'payout', 'dsp_1'])
  assert.equal(one, idOfName('out', ['book_1', 'payout', 'dsp_1']))
  assert.match(one, /^out_[0-9A-HJKMNP-TV-Z]{26}$/)
  const others = [
    ['book_1', 'payout', 'dsp_2'],
    ['book_1', 'payoutdsp_1'],
    ['book_2', 'payout', 'dsp_1'],
  ]
  for (const other of others) assert.notEqual(idOfName('out', other), one)
})
