import { test } from 'node:test'
import type { BitcoinAddressKind } from '../../src/chains/bitcoin/address.ts'
import { resolveAsset } from '../../src/money/alias.ts'
import { CHAIN, startBitcoinWorld } from '../bitcoin-world.ts'
import { realBitcoind } from '../bitcoind.ts'
import { startBitcoindWorld } from '../bitcoind-world.ts'
import { tellStory, type PlayedChain, type Story } from './story.ts'

const FINAL = 6
const KINDS = ['p2wpkh', 'p2tr'] as const

type At = Readonly<{ world: PlayedChain; url: string; addressKind: BitcoinAddressKind }>

const storyOf = ({ world, url, addressKind }: At): Story => ({
  world,
  entry: {
    ...{ chain: CHAIN, rpc: [url], network: 'regtest', addressKind },
    finality: { safe: 3, final: FINAL },
  },
  asset: resolveAsset({ currency: 'BTC' }),
  amount: '0.5',
  finalBlocks: FINAL,
  forkBelowFinal: FINAL + 2,
})

for (const addressKind of KINDS) {
  test(`Bitcoin, ${addressKind}: coins come, fork away, come again and are swept`, async () => {
    await using world = await startBitcoinWorld()
    await tellStory(storyOf({ world, url: world.standIn.url, addressKind }))
  })
}

const binary = realBitcoind()

if (binary === undefined) {
  const why = 'BITCOIND names no program, and COFFER_REAL_BITCOIND=download was not asked for'
  test('the same on a real bitcoind', { skip: why })
} else {
  for (const addressKind of KINDS) {
    test(`a real bitcoind, ${addressKind}: coins come, fork away and are swept`, async () => {
      await using world = await startBitcoindWorld(binary, addressKind)
      await tellStory(storyOf({ world, url: world.url, addressKind }))
    })
  }
}
