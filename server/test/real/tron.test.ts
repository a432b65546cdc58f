import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOfAddress } from '../../src/chains/tron/address.ts'
import { resolveAsset } from '../../src/money/alias.ts'
import { assetsOn, type Asset } from '../../src/money/registry.ts'
import { startTronWorld, TRON, type TronWorld } from '../tron-world.ts'
import { startRealPlatform } from './real-platform.ts'
import { agreesWithChain, tellDeposits, tellStory, type Story } from './story.ts'

/** A block is solidified when nineteen have followed it. */
const FINAL = 20

/** The registry's tokens stand at their own addresses here. */
const start = (): Promise<TronWorld> =>
  startTronWorld({
    dollarsAt: assetsOn(TRON).flatMap(({ contract }) =>
      contract === undefined ? [] : [accountOfAddress(contract)],
    ),
  })

const storyOf = (world: TronWorld, asset: Asset): Story => ({
  world,
  entry: { chain: TRON, rpc: [world.standIn.url] },
  asset,
  amount: '250.5',
  finalBlocks: FINAL,
})

/** Planted fault: a sweep may cost three times what it is expected to, whatever Tron wants. */
test('Tron: TRX come, fork away, come again and are swept', async () => {
  await using world = await start()
  await tellStory(storyOf(world, resolveAsset({ currency: 'TRX' })))
})

test('Tron: USDT come, fork away and come again; they are not swept yet', async () => {
  await using world = await start()
  const asset = resolveAsset({ currency: 'USDT_TRC20' })
  const story = storyOf(world, asset)
  await using real = await startRealPlatform(story.entry)
  await tellDeposits(real, story)
  const body = { currency: 'USDT', network: asset.network }
  const refused = await real.client.post('/v1/sweeps', body)
  assert.deepEqual([refused.status, refused.json['error']], [409, 'sweep_not_possible'])
  await agreesWithChain(real, asset)
})
