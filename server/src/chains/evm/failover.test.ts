import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startEvmWorld } from '../../../test/evm-world.ts'
import { refusal, result, startFaultyRpc, type Fault } from '../../../test/faulty-rpc.ts'
import { AppError, isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { watching } from '../contract-follow.suite.ts'

const failures: Readonly<Record<string, Fault>> = {
  'does not answer': () => Promise.resolve('hang up'),
  'answers with an error page': () => Promise.resolve({ status: 503, body: '<html>' }),
  'answers nonsense': () => Promise.resolve('nonsense'),
  refuses: () => Promise.resolve(refusal(-32000, 'not today')),
  'is of another network': ({ method }, forward) =>
    method === 'eth_chainId' ? Promise.resolve(result('0x1')) : forward(),
  'lags behind': ({ method, params }, forward) =>
    method === 'eth_getBlockByNumber' && Number(params[0]) > 5
      ? Promise.resolve(result(null))
      : forward(),
}

/** Seen to fail when only `chain.unreachable` led to the next node. */
test('when the first node fails in any way, the second one answers', async () => {
  await using world = await startEvmWorld()
  await using second = await startFaultyRpc(world.play.anvil.url)
  const adapter = world.adapterWith({ urls: [world.proxy.url, second.url] })
  const to = world.newAddress()
  const start = (await adapter.tips()).latest
  assert.equal(second.asked.length, 0, 'the second is not asked while the first does well')
  await world.send('normal', [{ to, asset: world.assets[0], units: units(5n) }])
  await world.mine(1)
  for (const [failure, fault] of Object.entries(failures)) {
    const fresh = world.adapterWith({ urls: [world.proxy.url, second.url] })
    world.proxy.behave(fault)
    const scan = await fresh.scan(start, watching([to]), 10)
    assert.ok(scan.kind === 'blocks' && scan.transfers.length === 1, `the first ${failure}`)
  }
  world.proxy.behave(undefined)
  const before = second.asked.length
  await adapter.scan(start, watching([to]), 10)
  assert.equal(second.asked.length, before, 'the first is asked again once it does well')
})

/** Seen to fail when a scan went on with the next node where the first one had stopped. */
test('a scan that one node cannot finish is done anew by the next, never by both', async () => {
  await using world = await startEvmWorld()
  await using second = await startFaultyRpc(world.play.anvil.url)
  const adapter = world.adapterWith({ urls: [world.proxy.url, second.url] })
  const to = world.newAddress()
  const start = (await adapter.tips()).latest
  await world.send('normal', [{ to, asset: world.assets[1] ?? world.assets[0], units: units(5n) }])
  await world.mine(1)
  world.proxy.behave(({ method }, forward) =>
    method === 'eth_getTransactionReceipt' ? Promise.resolve('hang up') : forward(),
  )
  const scan = await adapter.scan(start, watching([to]), 10)
  assert.ok(scan.kind === 'blocks' && scan.transfers.length === 1)
  assert.ok(second.asked.includes('eth_getLogs'), 'the second node read it all by itself')
})

test('when every node fails the chain is unreachable, with each failure as its cause', async () => {
  await using world = await startEvmWorld()
  await using second = await startFaultyRpc(world.play.anvil.url)
  const adapter = world.adapterWith({ urls: [world.proxy.url, second.url] })
  world.proxy.behave(() => Promise.resolve('hang up'))
  second.behave(() => Promise.resolve(refusal(-32000, 'not today')))
  await assert.rejects(adapter.tips(), (error) => {
    assert.ok(isError(error, 'chain.unreachable') && error.cause instanceof AggregateError)
    const codes = error.cause.errors.map((one: unknown) => one instanceof AppError && one.code)
    assert.deepEqual(codes, ['chain.unreachable', 'chain.node_refused'])
    return true
  })
})

test('what goes wrong on our side is not blamed on a node', async () => {
  await using world = await startEvmWorld()
  await using second = await startFaultyRpc(world.play.anvil.url)
  const adapter = world.adapterWith({ urls: [world.proxy.url, second.url] })
  const start = (await adapter.tips()).latest
  await world.send('normal', [{ to: world.newAddress(), asset: world.assets[0], units: units(5n) }])
  await world.mine(1)
  const failing = { ...watching([]), ours: () => Promise.reject(new Error('no database')) }
  await assert.rejects(adapter.scan(start, failing, 10), { message: 'no database' })
  assert.equal(second.asked.length, 0)
})
