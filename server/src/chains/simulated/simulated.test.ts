import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after } from 'node:test'
import { testDatabase } from '../../../test/database.ts'
import { simulatedChain } from '../../../test/simulated-chain.ts'
import { assetsOn } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import type { AdapterWorld } from '../contract-world.suite.ts'
import { adapterSuite } from '../contract.suite.ts'
import { addressFromBytes } from './address.ts'
import { simulatedAdapter } from './simulated-adapter.client.ts'

// The suite of all adapters, on one simulated chain of each family.

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

async function makeWorld(name: string): Promise<AdapterWorld> {
  const { ctx, node, adapter } = await simulatedChain(database, { network: name })
  const { network } = ctx
  const { family } = network
  const [native, ...tokens] = assetsOn(network.chain).map((asset) => asset.id)
  assert.ok(native !== undefined)
  const token = tokens[0]
  return {
    adapter,
    reopen: () => Promise.resolve(simulatedAdapter(ctx)),
    assets: [native, ...tokens],
    kinds: {
      normal: native,
      replaceable: native,
      ...(family === 'bip122' ? {} : { internal: native, fake_token: token ?? native }),
      ...(token === undefined ? {} : { fee_on_transfer: token }),
    },
    badAddresses: ['', 'hello', '0x12', `${addressFromBytes(family, randomBytes(32))}1`],
    unitsMax: units(10n ** 50n),
    newAddress: () => addressFromBytes(family, randomBytes(32)),
    send: node.send,
    mine: async (blocks) => void (await node.mine(blocks)),
    reorg: async (depth, drop) => void (await node.reorg(depth, drop)),
    drop: async (txHash) => void (await node.reorg(0, [txHash])),
    replace: async (txHash) => void (await node.replace(txHash)),
    halt: async (halt) => void (await node.behave({ halt })),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

for (const name of ['BNB Chain', 'Bitcoin', 'Tron', 'Solana', 'Stacks', 'Polkadot']) {
  const propertyRuns = name === 'BNB Chain' ? 40 : 5
  adapterSuite(`simulated ${name}`, { make: () => makeWorld(name), propertyRuns })
}
