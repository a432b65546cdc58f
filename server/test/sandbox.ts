import type { ChainAdapter } from '../src/chains/contract.ts'
import type { SandboxNode } from '../src/chains/sandbox-node.ts'
import { createChains } from '../src/main/chains.ts'
import { networks } from '../src/money/registry.ts'
import type { Book } from '../src/shell/book.ts'
import type { Db } from '../src/shell/db.ts'
import { createSandboxNodes } from '../src/sandbox/sandbox-nodes.ts'
import { createOrganization } from '../src/tenancy/create-organization.action.ts'
import { testShell } from './shell.ts'

/** A chain behind a real node, both sides of it. */
export type LocalChain = Readonly<{ adapter: ChainAdapter; node: SandboxNode }>

/**
 * An organization's books with chains that can be played, and a clock at a stand.
 *
 * @param local a chain with a real node; the others are simulated
 */
export async function testSandbox(db: Db, local: readonly LocalChain[] = []) {
  const shell = testShell(db)
  const chains = createChains(
    shell,
    local.map(({ adapter }) => ({
      environment: 'test',
      nodes: { adapter, sender: undefined, witnesses: [] },
    })),
  )
  const localNodes = new Map(local.map(({ adapter, node }) => [adapter.chain, node]))
  const ctx = { ...shell, chains, nodes: createSandboxNodes({ ...shell, chains }, localNodes) }
  const organization = await createOrganization(ctx, { name: 'Example Shop' })
  return { ctx, book: organization.test, live: organization.live }
}

/** The adapter of a network in a book, by the network's name. */
export function adapterOf(
  { chains }: Awaited<ReturnType<typeof testSandbox>>['ctx'],
  book: Book,
  name: string,
): ChainAdapter {
  const network = networks.find((one) => one.name === name)
  const found = network && chains.of(book, network.chain)
  if (found === undefined) throw new Error(`this book has no chain ${name}`)
  return found.adapter
}
