import { test } from 'node:test'
import { resolveAsset } from '../../src/money/alias.ts'
import { CHAIN, startSolanaWorld } from '../solana-world.ts'
import { tellStory } from './story.ts'

/** Blocks until one of them is final here. */
const FINAL = 33

test('Solana: SOL come, fork away, come again and are swept, the treasury paying', async () => {
  await using world = await startSolanaWorld({ rent: 'real' })
  await tellStory({
    world,
    entry: { chain: CHAIN, rpc: [world.standIn.url], genesis: world.standIn.ledger.genesisHash },
    asset: resolveAsset({ currency: 'SOL' }),
    amount: '25.5',
    finalBlocks: FINAL,
    tank: '1',
  })
})
