import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPreference } from './prefer.ts'

/** Planted faults: `wait` without its limit; `respond-async` stronger than a time to wait. */
test('a caller may wait as long as he likes up to 30 seconds, or not at all', () => {
  const read = (header: string | undefined) => readPreference(header).waitMs
  assert.equal(read(undefined), undefined)
  assert.equal(read('return=minimal'), undefined)
  assert.equal(read('respond-async'), 0)
  assert.equal(read('Respond-Async, wait=3'), 3_000)
  assert.equal(read('wait=0'), 0)
  assert.equal(read('handling=lenient, wait="10"'), 10_000)
  assert.equal(read('wait=3600'), 30_000)
  assert.equal(readPreference('wait=3600').applied, 'wait=30')
  for (const unreadable of ['wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=soon', 'waiting=1']) {
    assert.equal(read(unreadable), undefined, unreadable)
  }
})
