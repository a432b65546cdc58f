import { AppError } from '../errors/app-error.ts'
import { assetsNamed } from './alias.ts'
import { fiatDigits } from './fiat.ts'

/** Something that has a price: a fiat currency, or a crypto currency whatever its network. */
export type Currency =
  | Readonly<{
      kind: 'fiat'
      /** ISO 4217, upper case. */
      symbol: string
      /** Digits of its minor unit. */
      decimals: number
    }>
  | Readonly<{
      kind: 'crypto'
      /** The symbol of the registry. */
      symbol: string
      /** The symbol whose price it has: `BASE` is ether, so it is `ETH`. */
      pricedAs: string
    }>

/**
 * The currency that a text names: an ISO 4217 code, a symbol, a code such as `USDT_BSC`, or a
 * CAIP-19 id. Unlike an asset it needs no network.
 *
 * @throws money.unknown_currency
 */
export function resolveCurrency(text: string): Currency {
  const decimals = fiatDigits(text)
  if (decimals !== undefined) return { kind: 'fiat', symbol: text.toUpperCase(), decimals }
  // The registry lists the owner of a symbol before those that it is an alias of: ETH before BASE.
  const [asset] = assetsNamed(text)
  if (asset === undefined) throw new AppError('money.unknown_currency', { currency: text })
  const { currency, pricedAs } = asset
  return { kind: 'crypto', symbol: currency, pricedAs }
}
