import { test } from 'node:test'
import { resolveAsset } from '../../src/money/alias.ts'
import { POLKADOT, startPolkadotWorld } from '../polkadot-world.ts'
import { tellStory } from './story.ts'

/** So far the stand-in's finalized block is behind its newest one, and the block itself. */
const FINAL = 7

test('Polkadot: DOT come, fork away, come again and are swept', async () => {
  await using world = await startPolkadotWorld()
  await tellStory({
    world,
    entry: { chain: POLKADOT, rpc: [world.standIn.url] },
    asset: resolveAsset({ currency: 'DOT' }),
    amount: '250.5',
    finalBlocks: FINAL,
  })
})
