import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTronProxy } from '../../../test/tron-proxy.ts'
import { startTronSendingWorld } from '../../../test/tron-sending-world.ts'
import { startTronWorld, tokenAt, TRX } from '../../../test/tron-world.ts'
import { isError } from '../../errors/app-error.ts'
import { writeJson } from '../../money/json.ts'
import { units } from '../../money/units.ts'
import { readAnswerJson } from '../node/answer-json.ts'
import {
  accepted,
  balanceNow,
  requestOf,
  richKey,
  signedFor,
  somePayment,
} from '../contract-sending-play.suite.ts'

// A node of Tron keeps no states of the past: what a balance was is reckoned back from the present.

/** Seen to fail with the fees of the sender left out. */
test('what a sender of Tron had after each block is what it was when that block came', async () => {
  await using world = await startTronSendingWorld()
  const asset = tokenAt(world.standIn.contracts.dollar)
  const key = await richKey(world, [asset])
  const before = new Map<number, readonly bigint[]>()
  const look = async (height: number): Promise<readonly bigint[]> =>
    Promise.all([TRX, asset].map((one) => world.adapter.balanceOf(key.address, one, height)))
  for (const what of [TRX, asset, asset, TRX]) {
    const request = requestOf(world, key, [somePayment(world, what)])
    await accepted(world, await signedFor(world, [key], request))
    await world.mine(1)
    const { latest } = await world.adapter.tips()
    const now = [TRX, asset].map((one) => balanceNow(world, key.address, one))
    before.set(latest.height, await Promise.all(now))
  }
  assert.equal(new Set(Array.from(before.values(), String)).size, 4)
  for (const blocks of [0, 5, 16, 30]) {
    await world.mine(blocks)
    for (const [height, had] of before) assert.deepEqual(await look(height), had)
  }
})

test('a balance of Tron is not told when its address did what is not understood here', async () => {
  await using world = await startTronSendingWorld()
  const key = await richKey(world)
  const { latest } = await world.adapter.tips()
  const signed = await signedFor(world, [key], requestOf(world, key, [somePayment(world)]))
  await accepted(world, signed)
  await world.mine(1)
  await using proxy = await startTronProxy(world.standIn.url, async (path, forward) => {
    if (path !== 'wallet/getblockbynum') return undefined
    const text = writeJson(await forward())
    const staked = text.replaceAll('"type":"TransferContract"', '"type":"FreezeBalanceV2Contract"')
    return { status: 200, value: readAnswerJson(staked) }
  })
  const { adapter } = world.connect(proxy.url)
  await assert.rejects(adapter.balanceOf(key.address, TRX, latest.height), (error) =>
    isError(error, 'chain.node_refused'),
  )
  assert.equal(await adapter.balanceOf(world.newAddress(), TRX, latest.height), units(0n))
})

test('a balance of Tron longer ago than what can be taken back is not told', async () => {
  await using world = await startTronWorld()
  const to = world.newAddress()
  await world.mine(222)
  const { latest, finalHeight } = await world.adapter.tips()
  assert.equal(await world.adapter.balanceOf(to, TRX, finalHeight - 200), 0n)
  await assert.rejects(world.adapter.balanceOf(to, TRX, finalHeight - 201), (error) =>
    isError(error, 'chain.node_refused'),
  )
  await assert.rejects(world.adapter.balanceOf(to, TRX, latest.height + 1), (error) =>
    isError(error, 'chain.node_behind'),
  )
})
