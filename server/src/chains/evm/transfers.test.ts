import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeFunctionData, zeroAddress } from 'viem'
import { readArtifact } from '../../../test/artifact.ts'
import { payerCall, tokenCall, transact, type Payment } from '../../../test/evm-play.ts'
import { COIN, startEvmWorld, tokenAt, type EvmWorld } from '../../../test/evm-world.ts'
import { refusal, result } from '../../../test/faulty-rpc.ts'
import { isError } from '../../errors/app-error.ts'
import type { ChainAdapter, ChainTransfer } from '../contract.ts'
import { identity, scanToTip, watching } from '../contract-follow.suite.ts'
import { checksummed } from './address.ts'

/** What was found from the world's beginning on. */
async function found(
  world: EvmWorld,
  addresses: readonly string[],
  adapter: ChainAdapter = world.adapter,
): Promise<readonly ChainTransfer[]> {
  const start = await adapter.blockAt(11)
  assert.ok(start !== undefined)
  return (await scanToTip(adapter, start, { watch: watching(addresses), blocksMax: 100 })).transfers
}

const short = (transfers: readonly ChainTransfer[]): readonly (readonly unknown[])[] =>
  transfers.map((one) => [one.index, one.to, one.units])

const coins = (to: string, units: bigint): Payment => ({ token: zeroAddress, to, units })

const BY_TRACES = { internal: 'trace' } as const
const BY_BALANCES = { internal: 'balance' } as const

/** Seen to fail when a receipt's status was not looked at. */
test('a transaction that failed moves neither coins nor tokens', async () => {
  await using world = await startEvmWorld()
  const { dollar, payer } = world.play.contracts
  // The payer itself stands for an address of ours here: one that can refuse.
  const refusing = checksummed(payer)
  await transact(world.play, { to: payer, value: 5n, data: '0xdeadbeef' })
  const tooMuch = await tokenCall('transfer', [refusing, 10n ** 60n])
  await transact(world.play, { to: dollar, data: tooMuch })
  await world.mine(1)
  for (const how of [BY_TRACES, BY_BALANCES]) {
    assert.deepEqual(await found(world, [refusing], world.adapterWith(how)), [])
  }
})

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
      isError(error, 'chain.node_refused'),
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

/** Seen to fail when only logs of listed tokens were counted. */
test('a log keeps its number when it is mined again, and when the list of tokens grows', async () => {
  await using world = await startEvmWorld()
  const { dollar, fake, payer } = world.play.contracts
  const [to, other] = [world.newAddress(), world.newAddress()]
  const payments = [fake, dollar, fake, dollar].map((token, place) => ({
    token,
    to: place === 3 ? other : to,
    units: BigInt(place + 1),
  }))
  // Another transaction with logs goes first, so that numbers within the block would differ.
  await world.send('normal', [{ to: payer, asset: tokenAt(dollar).id, units: world.unitsMax }])
  await transact(world.play, await payerCall(world.play, 'pay', payments))
  await world.mine(1)
  const before = await found(world, [to, other])
  assert.deepEqual(short(before), [
    ['log:1', to, 2n],
    ['log:3', other, 4n],
  ])
  await world.reorg(1, [])
  assert.deepEqual((await found(world, [to, other])).map(identity), before.map(identity))
  const longer = world.adapterWith({ assets: [COIN, tokenAt(dollar), tokenAt(fake)] })
  assert.deepEqual(short(await found(world, [to, other], longer)), [
    ['log:0', to, 1n],
    ['log:1', to, 2n],
    ['log:2', to, 3n],
    ['log:3', other, 4n],
  ])
})

test('coins and tokens of one transaction are told apart', async () => {
  await using world = await startEvmWorld()
  const { dollar, silent } = world.play.contracts
  const to = world.newAddress()
  const payments = [
    coins(to, 1n),
    { token: dollar, to, units: 2n },
    coins(to, 3n),
    { token: silent, to, units: 4n },
  ]
  await transact(world.play, await payerCall(world.play, 'pay', payments))
  await world.mine(1)
  assert.deepEqual(short(await found(world, [to])), [
    ['log:0', to, 2n],
    ['log:1', to, 4n],
    ['internal:0', to, 1n],
    ['internal:1', to, 3n],
  ])
})

/** Seen to fail when transfers of marked tokens were not checked against the balances. */
test('of a token that logs what was sent, what arrived counts once the token is marked', async () => {
  await using world = await startEvmWorld()
  const { lying, taxed } = world.play.contracts
  const to = world.newAddress()
  for (const token of [lying, taxed]) {
    await transact(world.play, { to: token, data: await tokenCall('transfer', [to, 1000n]) })
  }
  await world.mine(1)
  assert.deepEqual(
    (await found(world, [to])).map((one) => [one.asset, one.units]),
    [
      [tokenAt(lying).id, 990n],
      [tokenAt(taxed).id, 990n],
    ],
  )
  const unmarked = world.adapterWith({ assets: [COIN, tokenAt(lying)] })
  assert.deepEqual(short(await found(world, [to], unmarked)), [['log:0', to, 1000n]])
})

test('several transfers of such a token in one block bring together what the balance gained', async () => {
  await using world = await startEvmWorld()
  const { lying } = world.play.contracts
  const to = checksummed(world.play.senders[0] ?? '')
  for (const units of [1000n, 300n]) {
    await transact(world.play, { to: lying, data: await tokenCall('transfer', [to, units]) })
  }
  await world.mine(1)
  // In the next block it receives again, and sends more away than it receives.
  world.play.senders.push(...world.play.senders.splice(0, 1))
  const away = await tokenCall('transfer', [world.newAddress(), 5000n])
  await transact(world.play, { to: lying, data: away })
  const again = await tokenCall('transfer', [to, 700n])
  await transact(world.play, { to: lying, data: again })
  await world.mine(1)
  assert.deepEqual(
    short(await found(world, [to])).map(([, , units]) => units),
    [1000n, 287n, 693n],
  )
})

test('what an address sends to itself is no arrival', async () => {
  await using world = await startEvmWorld()
  const { dollar } = world.play.contracts
  const [first = '', second = ''] = world.play.senders.slice(-2).toReversed()
  await transact(world.play, { to: first, value: 5n })
  await transact(world.play, { to: dollar, data: await tokenCall('transfer', [second, 5n]) })
  assert.deepEqual(await world.adapter.pending(watching([first, second].map(checksummed))), [])
  await world.mine(1)
  assert.deepEqual(await found(world, [first, second].map(checksummed)), [])
})

test('a token that another may spend is seen in the mempool as coming from its owner', async () => {
  await using world = await startEvmWorld()
  const { dollar } = world.play.contracts
  const to = world.newAddress()
  const [spender = '', owner = ''] = world.play.senders.slice(-2)
  await transact(world.play, { to: dollar, data: await tokenCall('approve', [spender, 50n]) })
  await world.mine(1)
  const data = await tokenCall('transferFrom', [owner, to, 50n])
  await transact(world.play, { to: dollar, data })
  const [waiting] = await world.adapter.pending(watching([to]))
  assert.deepEqual(
    [waiting?.from, waiting?.units, waiting?.index],
    [checksummed(owner), 50n, 'log:0'],
  )
  await world.mine(1)
  const [arrived] = await found(world, [to])
  assert.deepEqual(arrived && { ...arrived, block: undefined }, waiting)
})

test('by depth, a block is safe and final with so many confirmations, itself the first', async () => {
  await using world = await startEvmWorld({ finality: { safe: 2, final: 5 } })
  const { latest, safeHeight, finalHeight } = await world.adapter.tips()
  assert.deepEqual([safeHeight, finalHeight], [latest.height - 1, latest.height - 4])
})
