import { test } from 'node:test'
import { resolveAsset } from '../../src/money/alias.ts'
import { startTronWorld, TRON } from '../tron-world.ts'
import { tellStory } from './story.ts'

/** A block is solidified when nineteen have followed it. */
const FINAL = 20

test('Tron: TRX come, fork away, come again and are swept', async () => {
  await using world = await startTronWorld()
  await tellStory({
    world,
    entry: { chain: TRON, rpc: [world.standIn.url] },
    asset: resolveAsset({ currency: 'TRX' }),
    amount: '250.5',
    finalBlocks: FINAL,
  })
})
