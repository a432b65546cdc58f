import { z } from 'zod'
import { connectEvm } from '../../src/chains/evm/adapter.ts'
import { anvilSandboxNode } from '../../src/chains/evm/anvil-sandbox.client.ts'
import { assetTable } from '../../src/chains/evm/assets.ts'
import { mintCall } from '../../src/chains/evm/contract-calls.ts'
import { createEvmNode } from '../../src/chains/evm/node.client.ts'
import { assetsOn, knownNetwork } from '../../src/money/registry.ts'
import type { ChainId } from '../../src/money/units.ts'
import { systemClock } from '../../src/shell/clock.ts'
import { startAnvil, type Anvil } from '../anvil.ts'
import { readArtifact } from '../artifact.ts'
import type { PlayedChain } from './story.ts'

/** A real EVM node that passes for one of the registry's networks. */
export type AnvilChain = AsyncDisposable & PlayedChain & Readonly<{ url: string; anvil: Anvil }>

const FLAGS = ['--no-mining', '--slots-in-an-epoch', '2', '--preserve-historical-states']
const UNITS_EACH = 10n ** 30n
const FIRST_BLOCKS = 10

/** Starts it, with a dollar at the address of each token of that network. */
export async function startAnvilChain(chain: ChainId): Promise<AnvilChain> {
  const id = chain.slice('eip155:'.length)
  const anvil = await startAnvil([...FLAGS, '--chain-id', id, '--balance', '1000000000'])
  const assets = assetsOn(chain)
  const payers = z.tuple([z.string()], z.string()).parse(await anvil.ask('eth_accounts'))
  await putTokens(anvil, {
    payers,
    at: assets.flatMap(({ contract }) => contract ?? []),
  })
  await anvil.ask('anvil_mine', FIRST_BLOCKS)
  const { url } = anvil
  const timeoutMs = 10_000
  const at = { chain, expectedChainId: BigInt(id), url, timeoutMs }
  const node = createEvmNode({ clock: systemClock }, at)
  const sandbox = anvilSandboxNode({
    ...{ node, network: knownNetwork(chain).name, assets: assetTable(assets) },
    ...{ payer: '', lookalike: '', payers },
  })
  const { adapter } = connectEvm(
    { clock: systemClock },
    {
      ...{ chain, nodeChainId: BigInt(id), urls: [url], assets, timeoutMs },
      ...{ finality: 'tags', internal: 'off', pollMs: 1_000 },
    },
  )
  return {
    ...{ url, anvil, adapter, send: sandbox.send },
    mine: async (blocks) => void (await sandbox.mine(blocks)),
    reorg: async (depth, drop) => void (await sandbox.reorg(depth, drop)),
    [Symbol.asyncDispose]: () => anvil[Symbol.asyncDispose](),
  }
}

async function putTokens(
  anvil: Anvil,
  { payers, at }: Readonly<{ payers: readonly [string, ...string[]]; at: readonly string[] }>,
): Promise<void> {
  const { bytecode } = await readArtifact('TestDollar')
  const transact = async (call: object): Promise<unknown> => {
    const txHash = await anvil.ask('eth_sendTransaction', { from: payers[0], ...call })
    await anvil.ask('anvil_mine', 1)
    return anvil.ask('eth_getTransactionReceipt', txHash)
  }
  const Receipt = z.object({ contractAddress: z.string() })
  const { contractAddress } = Receipt.parse(await transact({ data: bytecode }))
  const code = await anvil.ask('eth_getCode', contractAddress, 'latest')
  for (const place of at) {
    await anvil.ask('anvil_setCode', place, code)
    await transact({ to: place, data: mintCall(payers, UNITS_EACH) })
  }
}
