import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeMachine } from '../test/fake-machine.ts'
import { CrytomClient } from './client.ts'
import {
  scriptedServer,
  succeeding,
  type ScriptedServer,
  type Step,
} from '../test/scripted-server.ts'
import { createCalls } from './call.ts'
import { createExchange } from './exchange.ts'
import { eventsOf } from './resources/events.ts'
import { readSettings } from './settings.ts'

const clientOf = (server: ScriptedServer): CrytomClient =>
  new CrytomClient('sk_test_a', { baseUrl: server.url })

const pageWith = (ids: readonly string[], next?: string): Step =>
  succeeding(
    ids.map((id) => ({ id })),
    { pagination: { page: 1, limit: ids.length, total: 5, next_cursor: next } },
  )

const PAGES = [pageWith(['a', 'b'], 'c1'), pageWith(['c', 'd'], 'c2'), pageWith(['e'])]

const idsOf = async (list: AsyncIterable<{ id: string }>): Promise<string[]> => {
  const ids: string[] = []
  for await (const one of list) ids.push(one.id)
  return ids
}

/** Seen to fail when the filter was left out of the second page. */
test('a list is iterated over all its pages, with its filter on each', async () => {
  await using server = await scriptedServer(PAGES)
  const ids = await idsOf(clientOf(server).payouts.list({ status: 'completed' }))
  assert.deepEqual(ids, ['a', 'b', 'c', 'd', 'e'])
  assert.deepEqual(
    server.arrived.map((one) => one.target),
    [
      '/v1/payouts?status=completed&limit=100',
      '/v1/payouts?status=completed&limit=100&cursor=c1',
      '/v1/payouts?status=completed&limit=100&cursor=c2',
    ],
  )
})

test('a list that is awaited is its first page: an array that knows how many there are', async () => {
  await using server = await scriptedServer(PAGES)
  const page = await clientOf(server).payouts.list({ limit: 2 })
  assert.deepEqual(
    page.map((one) => one.id),
    ['a', 'b'],
  )
  assert.equal(page.pagination.total, 5)
  assert.equal(server.arrived.length, 1)
  assert.deepEqual(JSON.parse(JSON.stringify(page)), [{ id: 'a' }, { id: 'b' }])
})

/** Seen to fail when `for await` over an awaited page ended with that page. */
test('who awaits a list first and iterates then gets everything too', async () => {
  await using server = await scriptedServer(PAGES)
  const ids = await idsOf(await clientOf(server).payouts.list())
  assert.deepEqual(ids, ['a', 'b', 'c', 'd', 'e'])
  assert.equal(server.arrived.length, 3)
})

test('a list that nobody waits for asks for nothing', async () => {
  await using server = await scriptedServer(PAGES)
  const list = clientOf(server).payouts.list()
  assert.equal(server.arrived.length, 0)
  await Promise.all([list, list.finally(() => undefined)])
  assert.equal(server.arrived.length, 1)
})

test('a list that does not go on is not asked for ever', async () => {
  await using server = await scriptedServer([pageWith(['a'], 'x'), pageWith(['b'], 'x')])
  await assert.rejects(idsOf(clientOf(server).payouts.list()), { code: 'answer_unreadable' })
})

test('the log of events is read to its end', async () => {
  const log = [succeeding([{ id: 'evt_1' }, { id: 'evt_2' }]), succeeding([{ id: 'evt_3' }])]
  await using server = await scriptedServer([...log, succeeding([])])
  const ids = await idsOf(clientOf(server).events.list({ after: 'evt_0', type: 'payout.*' }))
  assert.deepEqual(ids, ['evt_1', 'evt_2', 'evt_3'])
  assert.deepEqual(
    server.arrived.map((one) => new URL(one.target, server.url).searchParams.get('after')),
    ['evt_0', 'evt_2', 'evt_3'],
  )
})

/** Seen to fail when a wait began again from the first event. */
test('who follows the log gets what happens later too, once, until it ends', async () => {
  const log = [[{ id: 'evt_1' }], [], [], [{ id: 'evt_2' }], []].map((one) => succeeding(one))
  await using server = await scriptedServer(log)
  const machine = fakeMachine()
  const settings = readSettings('sk_test_a', { baseUrl: server.url }, undefined)
  const events = eventsOf(createCalls(createExchange(settings, machine)), machine)
  const stop = new AbortController()
  const seen: string[] = []
  for await (const { id } of events.follow({}, { signal: stop.signal, pollMs: 10 })) {
    seen.push(id)
    if (id === 'evt_2') stop.abort()
  }
  assert.deepEqual(seen, ['evt_1', 'evt_2'])
  assert.deepEqual(machine.slept, [10, 10])
  const begun = server.arrived.map((one) => /after=(\w+)/.exec(one.target)?.[1])
  assert.deepEqual(begun, [undefined, 'evt_1', 'evt_1', 'evt_1'])
})
