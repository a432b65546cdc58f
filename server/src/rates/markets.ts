import { fiatCodes } from '../money/fiat.ts'
import { assets } from '../money/registry.ts'
import { exchangeReader, type ExchangeLine, type ExchangeName } from './exchange.client.ts'
import { keptSource } from './kept-source.ts'
import { livePolicy, sandboxPolicy } from './price.ts'
import type { Markets } from './rates.ts'
import { sandboxSource } from './sandbox-source.ts'

/** Everything that has a price, but for the dollar. */
const currencies = [...assets.map((asset) => asset.pricedAs), ...fiatCodes].filter(
  (currency, place, all) => currency !== 'USD' && all.indexOf(currency) === place,
)

/** No source for live money: live books have no rates. */
export const sandboxMarkets: Markets = {
  live: { sources: [], policy: livePolicy },
  test: { sources: [sandboxSource], policy: sandboxPolicy },
}

/**
 * The markets of both environments: exchanges for live money, its own prices for a sandbox, which
 * never asks the network.
 */
export const marketsFrom = (names: readonly ExchangeName[], line: ExchangeLine): Markets => ({
  ...sandboxMarkets,
  live: {
    sources: names.map((name) => keptSource(name, exchangeReader(name, line, currencies))),
    policy: livePolicy,
  },
})
