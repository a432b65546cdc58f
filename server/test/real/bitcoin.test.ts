import { test } from 'node:test'
import { resolveAsset } from '../../src/money/alias.ts'
import { startBitcoinWorld, CHAIN } from '../bitcoin-world.ts'
import { tellStory } from './story.ts'

const FINAL = 6

for (const addressKind of ['p2wpkh', 'p2tr'] as const) {
  test(`Bitcoin with ${addressKind} addresses: coins come, fork away, come again and are swept`, async () => {
    await using world = await startBitcoinWorld()
    await tellStory({
      world,
      entry: {
        chain: CHAIN,
        rpc: [world.standIn.url],
        network: 'regtest',
        addressKind,
        finality: { safe: 3, final: FINAL },
      },
      asset: resolveAsset({ currency: 'BTC' }),
      amount: '0.5',
      finalBlocks: FINAL,
      forkBelowFinal: FINAL + 2,
    })
  })
}
