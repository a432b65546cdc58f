import { test } from 'node:test'
import { resolveAsset } from '../../src/money/alias.ts'
import { STACKS, startStacksWorld } from '../stacks-world.ts'
import { tellStory } from './story.ts'

const FINAL = 6

/** Planted fault: watching begins at block 0, which Stacks does not have. */
test('Stacks: STX come, fork away, come again and are swept', async () => {
  await using world = await startStacksWorld()
  await tellStory({
    world,
    entry: { chain: STACKS, rpc: [world.standIn.url], finality: { safe: 3, final: FINAL } },
    asset: resolveAsset({ currency: 'STX' }),
    amount: '250.5',
    finalBlocks: FINAL,
    forkBelowFinal: FINAL + 2,
  })
})
