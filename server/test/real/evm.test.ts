import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveAsset } from '../../src/money/alias.ts'
import { parseUnits } from '../../src/money/amount.ts'
import { startAnvilChain } from './anvil-chain.ts'
import { openWallet, treasuryOf, untilBalance } from './merchant.ts'
import { startRealPlatform } from './real-platform.ts'
import { agreesWithChain, fillTank, sweeps, tellStory, type Story } from './story.ts'

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

/** Seen to fail where a sweep failed with the setup that somebody else's had made needless. */
test('two tokens that are swept at once for the first time need one sweeper', async () => {
  const [tether, circle] = ['USDT_BSC', 'USDC_BSC'].map((currency) => resolveAsset({ currency }))
  assert.ok(tether !== undefined && circle !== undefined)
  await using world = await startAnvilChain(tether.chain)
  const entry = { chain: tether.chain, rpc: [world.url], finality: { safe: 2, final: FINAL } }
  await using real = await startRealPlatform(entry)
  const treasury = await treasuryOf(real, tether)
  const story: Omit<Story, 'asset'> = { world, entry, amount: '70', finalBlocks: FINAL, tank: '1' }
  for (const asset of [tether, circle]) {
    const wallet = await openWallet(real, asset)
    const units = parseUnits(story.amount, asset.decimals)
    await world.send('normal', [{ to: wallet.address, asset: asset.id, units }])
    await world.mine(FINAL)
    await untilBalance(real, wallet, { balance: story.amount, pending: '0' })
  }
  await fillTank(real, { ...story, asset: tether }, treasury)
  await Promise.all([tether, circle].map((asset) => sweeps(real, { ...story, asset })))
  await agreesWithChain(real, tether)
})
