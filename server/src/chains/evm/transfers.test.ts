import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coins, payerCall, tokenCall, transact } from '../../../test/evm-play.ts'
import { COIN, found, short, startEvmWorld, tokenAt } from '../../../test/evm-world.ts'
import { identity, watching } from '../contract-follow.suite.ts'
import { checksummed } from './address.ts'

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
  for (const how of [{ internal: 'trace' }, { internal: 'balance' }] as const) {
    assert.deepEqual(await found(world, [refusing], world.adapterWith(how)), [])
  }
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
