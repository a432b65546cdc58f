import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gather, gatherOn } from './gather.ts'

test('calls made together share one batch, and each gets its own result', async () => {
  const batches: number[][] = []
  const double = gather(
    async (items: readonly number[]) => {
      batches.push([...items])
      return items.map((item) => item * 2)
    },
    { batchMax: 100 },
  )
  assert.deepEqual(await Promise.all([1, 2, 3].map(double)), [2, 4, 6])
  assert.deepEqual(batches, [[1, 2, 3]])
  assert.equal(await double(4), 8)
})

test('what arrives while a batch is worked on is the next batch, up to the bound', async () => {
  const batches: number[] = []
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const work = gather(
    async (items: readonly number[]) => {
      batches.push(items.length)
      if (batches.length === 1) await gate
      return items
    },
    { batchMax: 4 },
  )
  const first = work(0)
  // Two turns of the event loop, so that the first batch is under way.
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  const rest = Array.from({ length: 9 }, (_, place) => work(place))
  open()
  await Promise.all([first, ...rest])
  assert.deepEqual(batches, [1, 4, 4, 1])
})

test('batches are worked on side by side in as many lanes as there are', async () => {
  let working = 0
  let most = 0
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const work = gather(
    async (items: readonly number[]) => {
      working += 1
      most = Math.max(most, working)
      await gate
      working -= 1
      return items
    },
    { batchMax: 1, lanes: 2 },
  )
  const all = [1, 2, 3, 4].map(work)
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  open()
  assert.deepEqual(await Promise.all(all), [1, 2, 3, 4])
  assert.equal(most, 2)
})

/** Seen to fail with a batch that throws ending the loop. */
test('a batch that fails fails for its own items only', async () => {
  let fails = true
  const work = gather(
    async (items: readonly number[]) => {
      if (fails) throw new RangeError('no')
      return items
    },
    { batchMax: 10 },
  )
  await assert.rejects(Promise.all([work(1), work(2)]), RangeError)
  fails = false
  assert.equal(await work(3), 3)
})

test('a batch that forgets an item is a bug that its callers hear of', async () => {
  const work = gather(async () => [], { batchMax: 10 })
  await assert.rejects(work(1), /one result per item/)
})

/** Seen to fail with one gather for all: then what one asked was done on the other. */
test('calls that name what they are done on are gathered for each of those', async () => {
  const done: [object, number[]][] = []
  const note = gatherOn(
    async (on: object, items: readonly number[]) => {
      done.push([on, [...items]])
      return items
    },
    { batchMax: 100 },
  )
  const [one, other] = [{ name: 'one' }, { name: 'other' }]
  const asked = [note(one, 1), note(other, 2), note(one, 3)]
  assert.deepEqual(await Promise.all(asked), [1, 2, 3])
  assert.deepEqual(done, [
    [one, [1, 3]],
    [other, [2]],
  ])
})
