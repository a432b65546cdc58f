import assert from 'node:assert/strict'
import type { WatchKey } from '../src/custody/watch.store.ts'
import { assetsOn } from '../src/money/registry.ts'
import type { AssetId } from '../src/money/units.ts'
import { watchedKeys, type CustodyWorld } from './custody-world.ts'
import { networkNamed } from './simulated-chain.ts'

/** Whom the addresses of such a test are handed out for. */
export const owner = { kind: 'payment', id: 'pay_1' } as const

/** The coin and the first token of a network. */
export function assetsOf(network: string): Readonly<{ coin: AssetId; token: AssetId }> {
  const [coin, token] = assetsOn(networkNamed(network).chain).map((one) => one.id)
  assert.ok(coin !== undefined && token !== undefined)
  return { coin, token }
}

/** A new address at which an asset can arrive. */
export async function addressFor(world: CustodyWorld, asset: AssetId): Promise<string> {
  const [issued] = await world.issue(owner, [asset])
  assert.ok(issued !== undefined)
  return issued.address
}

/** The watch over a network. */
export async function keyOf(world: CustodyWorld, network: string): Promise<WatchKey> {
  const { chain } = networkNamed(network)
  const key = (await watchedKeys(world.db)).find((one) => one.chain === chain)
  assert.ok(key !== undefined, `${network} is not watched`)
  return key
}
