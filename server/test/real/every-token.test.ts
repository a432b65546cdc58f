import { test } from 'node:test'
import { accountOfAddress } from '../../src/chains/tron/address.ts'
import { parseUnits } from '../../src/money/amount.ts'
import { assetsOn, networks } from '../../src/money/registry.ts'
import { startTronWorld, TRON } from '../tron-world.ts'
import { startAnvilChain } from './anvil-chain.ts'
import { openWallet, untilBalance } from './merchant.ts'
import { startRealPlatform, type NodeEntry } from './real-platform.ts'
import { agreesWithChain, type PlayedChain } from './story.ts'

const AMOUNT = '12.5'

/** Enough for a block to be final on each of them. */
const BLOCKS = 20

type Chain = Readonly<{ world: PlayedChain; entry: NodeEntry }>

/** All chains of the registry that have tokens, each with the contracts of its own addresses. */
async function startChains(stack: AsyncDisposableStack): Promise<readonly Chain[]> {
  const evm = networks.filter(({ family }) => family === 'eip155').map(({ chain }) => chain)
  const anvils = evm.map(async (chain) => {
    const world = stack.use(await startAnvilChain(chain))
    const finality = { safe: 1, final: 2 }
    return { world, entry: { chain, rpc: [world.url], finality } }
  })
  const contracts = assetsOn(TRON).flatMap(({ contract }) => contract ?? [])
  const tron = stack.use(await startTronWorld({ dollarsAt: contracts.map(accountOfAddress) }))
  const entry = { chain: TRON, rpc: [tron.standIn.url] }
  return [...(await Promise.all(anvils)), { world: tron, entry }]
}

test('every coin and token of EVM chains and Tron is credited where it is paid', async () => {
  await using stack = new AsyncDisposableStack()
  const chains = await startChains(stack)
  await using real = await startRealPlatform(...chains.map(({ entry }) => entry))
  const paid = []
  for (const { world, entry } of chains) {
    for (const asset of assetsOn(entry.chain)) {
      const wallet = await openWallet(real, asset)
      const units = parseUnits(AMOUNT, asset.decimals)
      await world.send('normal', [{ to: wallet.address, asset: asset.id, units }])
      paid.push(wallet)
    }
    await world.mine(BLOCKS)
  }
  for (const wallet of paid) await untilBalance(real, wallet, { balance: AMOUNT, pending: '0' })
  for (const { entry } of chains) {
    const [asset] = assetsOn(entry.chain)
    if (asset !== undefined) await agreesWithChain(real, asset)
  }
})
