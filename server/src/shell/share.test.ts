import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shareOn } from './share.ts'

/** Faults seen to fail it: nothing shared; a work kept after its end. */
test('calls of one key at the same time are one work, and the next call is another', async () => {
  const worked: string[] = []
  const gates: (() => void)[] = []
  const shared = shareOn(
    (_: object, key: string) => {
      worked.push(key)
      return new Promise<number>((resolve) => gates.push(() => resolve(worked.length)))
    },
    (key) => key,
  )
  const [one, other] = [{}, {}]
  const calls = [shared(one, 'a'), shared(one, 'a'), shared(one, 'b'), shared(other, 'a')]
  assert.deepEqual(worked, ['a', 'b', 'a'])
  for (const open of gates) open()
  const [first, second] = await Promise.all(calls)
  assert.equal(first, second)
  const later = shared(one, 'a')
  assert.equal(worked.length, 4)
  gates.at(-1)?.()
  assert.equal(await later, 4)
})

test('a work that fails fails for all who share it, and for nobody after them', async () => {
  let tries = 0
  const shared = shareOn(
    () => {
      tries += 1
      return tries === 1 ? Promise.reject(new Error('once')) : Promise.resolve(tries)
    },
    () => 'one',
  )
  const on = {}
  const outcomes = await Promise.allSettled([shared(on, 0), shared(on, 0)])
  assert.deepEqual(
    outcomes.map((one) => one.status),
    ['rejected', 'rejected'],
  )
  assert.equal(await shared(on, 0), 2)
})
