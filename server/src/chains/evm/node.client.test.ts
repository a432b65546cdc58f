import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { startAnvil } from '../../../test/anvil.ts'
import { startEvmWorld } from '../../../test/evm-world.ts'
import { refusal, result, type Fault } from '../../../test/faulty-rpc.ts'
import { isError } from '../../errors/app-error.ts'
import { manualClock, systemClock } from '../../shell/clock.ts'
import { Height } from './answers.ts'
import { createEvmNode } from './node.client.ts'

/** Seen to fail when the time limit was not passed on to the request. */
test('a node that does not answer in time is unreachable', async () => {
  await using world = await startEvmWorld()
  const clock = manualClock(0)
  const node = createEvmNode(
    { clock },
    { chain: world.adapter.chain, expectedChainId: 31337n, url: world.proxy.url, timeoutMs: 5000 },
  )
  assert.ok((await node.ask('eth_blockNumber', [], Height)) > 0)
  const asked = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  world.proxy.behave(async (_, forward) => {
    asked.resolve()
    await held.promise
    return forward()
  })
  const answer = node.ask('eth_blockNumber', [], Height)
  await asked.promise
  clock.advance(4999)
  assert.equal(await Promise.race([answer, Promise.resolve('waiting')]), 'waiting')
  clock.advance(1)
  held.resolve()
  await assert.rejects(answer, (error) => isError(error, 'chain.unreachable'))
})

/** Seen to fail when the check was remembered over a silence. */
test('a node that answers again after a silence is asked again which network it is of', async () => {
  await using world = await startEvmWorld()
  await using other = await startAnvil(['--chain-id', '1337'])
  await world.adapter.tips()
  world.proxy.behave(() => Promise.resolve('hang up'))
  await assert.rejects(world.adapter.tips(), (error) => isError(error, 'chain.unreachable'))
  world.proxy.behave(async ({ method, params }) => result(await other.ask(method, ...params)))
  await assert.rejects(world.adapter.tips(), (error) => isError(error, 'chain.wrong_network'))
})

/** Seen to fail when the whole URL was a node's name. */
test('neither the key nor the password in a node’s URL shows in an error', async () => {
  await using world = await startEvmWorld()
  const url = new URL('/v2/secret-key?token=secret-token', world.proxy.url)
  url.username = 'secret-user'
  url.password = 'secret-password'
  const options = { chain: world.adapter.chain, expectedChainId: 31337n, timeoutMs: 5000 }
  const node = createEvmNode({ clock: systemClock }, { ...options, url: url.toString() })
  assert.ok((await node.ask('eth_blockNumber', [], Height)) > 0)
  const faults: readonly Fault[] = [
    () => Promise.resolve(refusal(-32000, 'not today')),
    () => Promise.resolve('nonsense'),
    () => Promise.resolve({ status: 503, body: '<html>' }),
    () => Promise.resolve('hang up'),
    () => Promise.resolve(result('0x1')),
  ]
  for (const fault of faults) {
    world.proxy.behave(fault)
    const error = await node.ask('eth_blockNumber', [], Height).catch((each: unknown) => each)
    assert.ok(!inspect(error, { depth: 9 }).includes('secret'))
  }
})
