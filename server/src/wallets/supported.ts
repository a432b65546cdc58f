import type { Chains } from '../custody/chains.ts'
import { depositRoutes } from '../custody/deposit-route.ts'
import { assets } from '../money/registry.ts'
import type { Book } from '../shell/book.ts'

/** A currency, and the networks on which a wallet can be made for it. */
export type Supported = Readonly<{ currency: string; networks: readonly string[] }>

/** What wallets of a book can be made for. */
export function supportedCurrencies(chains: Chains, book: Book): readonly Supported[] {
  const receivable = new Set(depositRoutes(chains, book).map(({ chain }) => chain.adapter.chain))
  const there = assets.filter((asset) => receivable.has(asset.chain))
  return [...Map.groupBy(there, (asset) => asset.currency)].map(([currency, of]) => ({
    currency,
    networks: of.map((asset) => asset.network),
  }))
}
