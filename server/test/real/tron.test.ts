import { test } from 'node:test'
import { accountOfAddress } from '../../src/chains/tron/address.ts'
import { resolveAsset } from '../../src/money/alias.ts'
import { assetsOn, type Asset } from '../../src/money/registry.ts'
import { startTronWorld, TRON, type TronWorld } from '../tron-world.ts'
import { tellStory, type Story } from './story.ts'

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

/** Planted fault: coins that we bring to an address for its sweep count as a deposit. */
test('Tron: USDT come, fork away, come again and are swept with coins of the treasury', async () => {
  await using world = await start()
  const asset = resolveAsset({ currency: 'USDT_TRC20' })
  await tellStory({ ...storyOf(world, asset), tank: '500' })
})
