import type { BookChain } from '../chains/contract-book-chain.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { knownNetwork } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { Chains } from './chains.ts'
import { keyFamilies, poolFamilies, type KeyFamily, type PoolFamily } from './signer.client.ts'

/** How addresses come about on a chain of a book. */
export type DepositRoute = Readonly<{
  chain: BookChain
  family: NetworkFamily
  /** Whose account key their keys derive from; for others, the pool that the signer fills. */
  keys: KeyFamily | PoolFamily
}>

/**
 * How a book gets addresses on a chain; absent where it does not use the chain. Where addresses
 * cannot be derived from a public key, the signer makes them ahead; a simulated chain takes the
 * keys of another family there.
 */
export function depositRoute(chains: Chains, book: Book, chain: ChainId): DepositRoute | undefined {
  const found = chains.of(book, chain)
  if (found === undefined) return undefined
  const { family } = knownNetwork(chain)
  const wanted = found.adapter.isTaproot === true ? 'bip122-p2tr' : family
  const own = keyFamilies.find((one) => one === wanted)
  const pooled = poolFamilies.find((one) => one === family)
  const keys = own ?? (isSimulated(found) ? 'eip155' : pooled)
  return keys === undefined ? undefined : { chain: found, family, keys }
}

/** The chains on which a book can be paid. */
export const depositRoutes = (chains: Chains, book: Book): readonly DepositRoute[] =>
  chains.list(book).flatMap(({ adapter }) => depositRoute(chains, book, adapter.chain) ?? [])

/** Whether a chain is a sandbox's own, which moves only when the sandbox is played. */
export const isSimulated = ({ realm }: Pick<BookChain, 'realm'>): boolean =>
  realm !== 'live' && realm !== 'test'
