import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FUNDED, outgoingWorld } from '../../../test/outgoing-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import type { SendRequest, UnsignedTx } from '../contract-sending.ts'
import { spendsOf } from '../in-flight.ts'

type World = Awaited<ReturnType<typeof outgoingWorld>>

const build = (world: World, amount: bigint, change: Partial<SendRequest> = {}) =>
  world.sender.build({ ...world.request(amount), ...change })

/** What transactions that were built use up, nobody knowing of them. */
const flight = ({ native }: World, ...all: readonly UnsignedTx[]) => ({
  slots: all.flatMap(({ effects }) => effects.slots),
  spends: all.flatMap(({ effects }) => spendsOf(effects, native)),
})

/** Planted fault: only what the node knows is counted. */
test('a number in flight is not used again, and one that was given up is', async () => {
  await using world = await outgoingWorld()
  const first = await build(world, 1n)
  const second = await build(world, 1n, { inFlight: flight(world, first) })
  const third = await build(world, 1n, { inFlight: flight(world, second) })
  const numbers = [first, second, third].map(({ effects }) => effects.slots)
  assert.deepEqual(numbers, [
    [`nonce:${world.own}:0`],
    [`nonce:${world.own}:1`],
    [`nonce:${world.own}:0`],
  ])
})

/** Planted fault: the balance alone is looked at. */
test('coins in flight cannot be spent again', async () => {
  await using world = await outgoingWorld()
  const most = (FUNDED * 6n) / 10n
  const inFlight = flight(world, await build(world, most))
  await assert.rejects(build(world, most, { inFlight }), (error) =>
    isError(error, 'chain.insufficient_funds'),
  )
})

test('a number is used again on demand, until a block uses it', async () => {
  await using world = await outgoingWorld()
  const lost = await build(world, 5n)
  await world.sender.broadcast(world.signed(lost.bytes).bytes)
  const reuse = lost.effects.slots
  assert.deepEqual((await build(world, 5n, { reuse })).effects.slots, reuse)
  await world.node.mine(1)
  await assert.rejects(build(world, 5n, { reuse }), (error) =>
    isError(error, 'chain.replacement_refused'),
  )
})

/** Planted fault: what pays enough is mined, whatever number it has. */
test('transactions of one key are mined in the order of their numbers, and fall with a fork', async () => {
  await using world = await outgoingWorld()
  const { sender, node } = world
  const cheap = world.signed((await build(world, 1n)).bytes)
  await sender.broadcast(cheap.bytes)
  await node.behave({ fee: units(4_000n) })
  const dear = world.signed((await build(world, 2n)).bytes)
  await sender.broadcast(dear.bytes)
  await node.mine(1)
  const kinds = async () =>
    Promise.all([cheap, dear].map(async ({ txHash }) => (await sender.lookUp(txHash)).kind))
  assert.deepEqual(await kinds(), ['waiting', 'waiting'])
  await node.behave({ fee: units(1n) })
  await node.mine(1)
  assert.deepEqual(await kinds(), ['mined', 'mined'])
  await node.reorg(1, [cheap.txHash])
  assert.deepEqual(await kinds(), ['unknown', 'waiting'])
  await node.mine(1)
  assert.deepEqual(await kinds(), ['unknown', 'waiting'])
  await sender.broadcast(cheap.bytes)
  await node.mine(1)
  assert.deepEqual(await kinds(), ['mined', 'mined'])
})
