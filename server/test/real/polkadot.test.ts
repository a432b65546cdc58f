import { test } from 'node:test'
import { resolveAsset } from '../../src/money/alias.ts'
import { POLKADOT, startPolkadotWorld } from '../polkadot-world.ts'
import { tellStory } from './story.ts'

/** So far is the stand-in's finalized block behind its newest one, with the block itself. */
const FINAL = 7

/** Seen to fail where the least that a plan asks for was taken for all that arrives. */
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
