import assert from 'node:assert/strict'
import { simulatedAdapter } from '../src/chains/simulated/simulated-adapter.client.ts'
import { simulatedNode } from '../src/chains/simulated/simulated-node.ts'
import { networks, type Network } from '../src/money/registry.ts'
import { manualClock } from '../src/shell/clock.ts'
import type { Db } from '../src/shell/db.ts'
import { sandboxBook } from './sandbox-book.ts'

/** A network by the name it has in the registry. */
export function networkNamed(name: string): Network {
  const network = networks.find((one) => one.name === name)
  assert.ok(network !== undefined, `no network ${name}`)
  return network
}

/** A simulated chain in a new sandbox, both sides of it, and a clock that stands still. */
export async function simulatedChain(
  database: Readonly<{ db: Db }>,
  chain: Readonly<{ network?: string; seed?: string }> = {},
) {
  const { network = 'BNB Chain', ...seed } = chain
  const clock = manualClock(1_700_000_000_000)
  const bookId = await sandboxBook(database)
  const ctx = { db: database.db, clock, bookId, network: networkNamed(network), ...seed }
  return { ctx, clock, bookId, node: simulatedNode(ctx), adapter: simulatedAdapter(ctx) }
}
