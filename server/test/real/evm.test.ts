import { test } from 'node:test'
import { resolveAsset } from '../../src/money/alias.ts'
import { startAnvilChain } from './anvil-chain.ts'
import { tellStory } from './story.ts'

const FINAL = 5
const DEEPER = FINAL + 2

/** What is paid; the treasury is given coins where it pays the fee. */
const STORIES = [
  { currency: 'TUSD', amount: '250.5', tank: '1' },
  { currency: 'USDT_BSC', amount: '250.5', tank: '1' },
  { currency: 'USDC_ERC20', amount: '250.5', tank: '1' },
  { currency: 'ETH', network: 'Ethereum', amount: '2.5' },
] as const

/**
 * Planted faults: the fee of making the sweeper is not booked; who cannot pay for a sweep is not
 * told where to send coins.
 */
for (const { amount, ...story } of STORIES) {
  const asset = resolveAsset(story)
  test(`${asset.network}: ${asset.currency} come, fork away, come again and are swept`, async () => {
    await using world = await startAnvilChain(asset.chain)
    await tellStory({
      world,
      entry: {
        chain: asset.chain,
        rpc: [world.url],
        finality: { safe: 2, final: FINAL },
      },
      asset,
      amount,
      finalBlocks: FINAL,
      forkBelowFinal: DEEPER,
      ...('tank' in story ? { tank: story.tank } : {}),
    })
  })
}
