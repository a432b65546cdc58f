import { realm, type AgreeAbove, type BookChain } from '../chains/contract-book-chain.ts'
import type { ManyNodes } from '../chains/node/many-nodes.ts'
import { simulatedAdapter } from '../chains/simulated/simulated-adapter.client.ts'
import { simulatedSender } from '../chains/simulated/sender.client.ts'
import type { Chains } from '../custody/chains.ts'
import { networks, type Network } from '../money/registry.ts'
import { units } from '../money/units.ts'
import type { Book, BookId, Environment } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'

/** A chain that is reached through nodes of the configuration. */
export type RealChain = Readonly<{
  environment: Environment
  nodes: ManyNodes
  agreeAbove?: AgreeAbove | undefined
}>

/** Books whose simulated chains are kept at hand; the least recently opened are forgotten. */
const BOOKS_MAX = 10_000

/**
 * The chains that books use: those with configured nodes, and for the sandbox a simulated one of
 * its own wherever there is no node.
 */
export function createChains(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  real: readonly RealChain[],
): Chains {
  const live = real.filter((one) => one.environment === 'live').map(realChain)
  const test = real.filter((one) => one.environment === 'test').map(realChain)
  const isReal = new Set(test.map((one) => one.adapter.chain))
  const simulated = networks.filter((one) => !one.local && !isReal.has(one.chain))
  const known = new Map<BookId, readonly BookChain[]>()

  const sandboxChains = (book: Book): readonly BookChain[] => {
    const before = known.get(book.bookId)
    if (before !== undefined) return before
    const chains = [...test, ...simulated.map((one) => simulatedChain(ctx, book, one))]
    const [oldest] = known.keys()
    if (known.size >= BOOKS_MAX && oldest !== undefined) known.delete(oldest)
    known.set(book.bookId, chains)
    return chains
  }
  const list = (book: Book): readonly BookChain[] =>
    book.environment === 'live' ? live : sandboxChains(book)
  return { list, of: (book, chain) => list(book).find((one) => one.adapter.chain === chain) }
}

const realChain = ({ environment, nodes, agreeAbove }: RealChain): BookChain => ({
  realm: realm(environment),
  ...nodes,
  agreeAbove,
})

const simulatedChain = (
  { db, clock }: Pick<ShellCtx, 'db' | 'clock'>,
  book: Book,
  network: Network,
): BookChain => {
  const of = { db, clock, bookId: book.bookId, network }
  const adapter = simulatedAdapter(of)
  return {
    realm: realm(book.bookId),
    adapter,
    sender: simulatedSender(of),
    witnesses: [adapter, simulatedAdapter(of, 'always')],
    agreeAbove: () => units(0n),
  }
}
