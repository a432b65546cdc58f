import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeFunctionData } from 'viem'
import { readArtifact } from '../../../test/artifact.ts'
import { coins, payerCall, transact } from '../../../test/evm-play.ts'
import { found, short, startEvmWorld } from '../../../test/evm-world.ts'
import { refusal, result } from '../../../test/faulty-rpc.ts'
import { units } from '../../money/units.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'
import { checksummed } from './address.ts'
import { isNodeFailure } from '../node/failover.client.ts'

const BY_TRACES = { internal: 'trace' } as const
const BY_BALANCES = { internal: 'balance' } as const

test('coins of a call that failed inside a good transaction do not arrive', async () => {
  await using world = await startEvmWorld()
  const to = world.newAddress()
  await transact(world.play, await payerCall(world.play, 'payInVain', [coins(to, 5n)]))
  await world.mine(1)
  for (const how of [BY_TRACES, BY_BALANCES]) {
    assert.deepEqual(await found(world, [to], world.adapterWith(how)), [])
  }
})

/** Seen to fail when DELEGATECALL counted as a move. */
test('coins sent through borrowed code arrive once', async () => {
  await using world = await startEvmWorld()
  const to = world.newAddress()
  await transact(world.play, await payerCall(world.play, 'payByDelegate', [coins(to, 5n)]))
  await world.mine(1)
  const traced = await found(world, [to], world.adapterWith(BY_TRACES))
  assert.deepEqual(short(traced), [['internal:0', to, 5n]])
  const compared = await found(world, [to], world.adapterWith(BY_BALANCES))
  assert.deepEqual(short(compared), [['balance', to, 5n]])
})

/** Seen to fail when SELFDESTRUCT was no move. */
test('coins forced upon an address without any call arrive', async () => {
  await using world = await startEvmWorld()
  const to = world.newAddress()
  const { abi } = await readArtifact('Payer')
  const data = encodeFunctionData({ abi, functionName: 'force', args: [to] })
  await transact(world.play, { to: world.play.contracts.payer, value: 9n, data })
  await world.mine(1)
  const [traced, ...more] = await found(world, [to], world.adapterWith(BY_TRACES))
  assert.deepEqual([traced?.units, more.length], [9n, 0])
  const [compared] = await found(world, [to], world.adapterWith(BY_BALANCES))
  assert.deepEqual(
    [compared?.units, compared?.from, compared?.txHash],
    [9n, undefined, compared?.block?.hash],
  )
})

test('coins that contracts move are not looked for where that is switched off', async () => {
  await using world = await startEvmWorld()
  const to = world.newAddress()
  await transact(world.play, await payerCall(world.play, 'pay', [coins(to, 5n)]))
  await transact(world.play, { to, value: 3n })
  await world.mine(1)
  const transfers = await found(world, [to], world.adapterWith({ internal: 'off' }))
  assert.deepEqual(short(transfers), [['value', to, 3n]])
})

/** Seen to fail when a block that could not be traced counted as one without such coins. */
test('where a node cannot trace a block, or any, its coins are found by balances', async () => {
  await using world = await startEvmWorld()
  const to = world.newAddress()
  await transact(world.play, await payerCall(world.play, 'pay', [coins(to, 5n)]))
  await world.mine(2)
  await transact(world.play, await payerCall(world.play, 'pay', [coins(to, 6n)]))
  await world.mine(1)
  let traces = 0
  const faults: readonly ((honest: () => Promise<string>) => Promise<string>)[] = [
    (honest) => ((traces += 1) === 1 ? Promise.resolve(result([{ error: 'timeout' }])) : honest()),
    () => Promise.resolve(refusal(-32601, 'Method not found')),
    () => Promise.reject(new Error('the proxy hangs up')),
    () => Promise.resolve(refusal(-32000, 'the method debug_x does not exist/is not available')),
  ]
  for (const fault of faults) {
    world.proxy.behave(({ method }, forward) =>
      method.startsWith('debug_') ? fault(forward) : forward(),
    )
    const transfers = await found(world, [to], await world.reopen())
    assert.deepEqual(
      transfers.map((one) => one.units),
      [5n, 6n],
    )
    assert.ok(transfers.some((one) => one.index === 'balance'))
    traces = 0
    await assert.rejects(found(world, [to], world.adapterWith(BY_TRACES)), (error) =>
      isNodeFailure(error),
    )
  }
})

/** Seen to fail when the fee of what the address sent itself was not added back. */
test('by balances, what an address sends and pays for gas hides nothing and adds nothing', async () => {
  await using world = await startEvmWorld(BY_BALANCES)
  const own = world.play.senders.at(-1) ?? ''
  const ours = checksummed(own)
  const start = (await world.adapter.tips()).latest
  await transact(world.play, { to: world.newAddress(), value: 1000n })
  await world.mine(1)
  await transact(world.play, await payerCall(world.play, 'pay', [coins(ours, 5n)]))
  await transact(world.play, { to: ours, value: 7n })
  world.play.senders.push(own)
  await transact(world.play, { to: world.newAddress(), value: 1000n })
  await world.mine(3)
  await transact(world.play, await payerCall(world.play, 'pay', [coins(ours, 6n)]))
  await world.mine(1)
  const how = { watch: watching([ours]), blocksMax: 100 }
  const { transfers } = await scanToTip(world.adapter, start, how)
  assert.deepEqual(
    transfers.map((one) => [one.index, one.units, (one.block?.height ?? 0) - start.height]).sort(),
    [
      ['balance', 5n, 2],
      ['balance', 6n, 5],
      ['value', 7n, 2],
    ],
  )
})

/** Seen to fail when a difference below zero was a transfer too. */
test('by balances, coins that a contract of ours sends away are no arrival', async () => {
  await using world = await startEvmWorld(BY_BALANCES)
  const ours = checksummed(world.play.contracts.payer)
  const { abi } = await readArtifact('Payer')
  const data = encodeFunctionData({ abi, functionName: 'force', args: [ours] })
  await transact(world.play, { to: ours, value: 9n, data })
  await world.mine(1)
  const payment = await payerCall(world.play, 'pay', [coins(world.newAddress(), 4n)])
  await transact(world.play, { ...payment, value: 0n })
  await world.mine(1)
  assert.deepEqual(short(await found(world, [ours])), [['value', ours, 9n]])
})

/** Seen to fail when every block with calls was traced. */
test('blocks that only pay, in coins and in our tokens, are not traced', async () => {
  await using world = await startEvmWorld(BY_TRACES)
  const to = world.newAddress()
  for (const asset of world.assets) {
    await world.send('normal', [{ to, asset, units: units(5n) }])
  }
  await world.mine(1)
  assert.equal((await found(world, [to])).length, world.assets.length)
  assert.ok(!world.proxy.asked.some((method) => method.startsWith('debug_')))
})
