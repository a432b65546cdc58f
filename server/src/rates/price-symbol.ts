import type { Currency } from '../money/currency.ts'

/** The symbol under which a currency is priced: `ETH` for `BASE`, else its own. */
export const priceSymbol = (currency: Currency): string =>
  currency.kind === 'fiat' ? currency.symbol : currency.pricedAs
