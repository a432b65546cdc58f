import { AppError } from '../errors/app-error.ts'
import { assets, knownNetwork, networks, type Asset, type Network } from './registry.ts'
import type { ChainId } from './units.ts'

/** How a request names an asset. */
export type AssetName = Readonly<{
  /** A symbol (`USDT`), a code (`USDT_BSC`, `USDTTRC20`) or a CAIP-19 id. */
  currency: string
  /** A network's name, alias, token standard or CAIP-2 id, a code or a CAIP-19 id. */
  network?: string | undefined
}>

/** Aliases are read without case, and only ASCII: `ſ` must not pass for `s`. */
const keyOf = (text: string): string =>
  /^[\x20-\x7e]{1,200}$/.test(text) ? text.toLowerCase() : ''

type Index = ReadonlyMap<string, ReadonlySet<Asset>>

const currencyIndex = index(assets, (asset) => [asset.currency, ...asset.currencyAliases])
const networkIndex = index(assets, networkWords)
const codeIndex = preferOwn(index(assets, ownCodes), index(assets, composedCodes))

/**
 * The one asset that a request means.
 *
 * Without a network, `currency` is a code, a CAIP-19 id, or a symbol that stands for one asset:
 * `ETH` is the coin of Ethereum. With a network, both must agree: `USDT` and `ERC20` stay
 * ambiguous and are refused, while the code `USDT_ERC20` is the name of one asset.
 *
 * @throws money.unknown_currency, money.unknown_network, money.ambiguous_network,
 *   money.currency_not_on_network
 */
export function resolveAsset(name: AssetName): Asset {
  const meant = assetsOfCurrency(name.currency)
  if (name.network === undefined) {
    return theOne(codeIndex.get(keyOf(name.currency)) ?? meant, name)
  }
  const there = assetsOfNetwork(name.network)
  const both = new Set([...meant].filter((asset) => there.has(asset)))
  if (both.size > 0) return theOne(both, name)
  const { currency, network } = name
  throw new AppError('money.currency_not_on_network', {
    currency,
    network,
    choices: networkNames(meant),
  })
}

/**
 * The one network that a text means; a currency beside it narrows what a token standard can mean.
 *
 * @param text a name, an alias, a token standard, a CAIP-2 id, a code or a CAIP-19 id
 * @throws money.unknown_network, money.unknown_currency, money.ambiguous_network,
 *   money.currency_not_on_network
 */
export function resolveNetwork(text: string, currency?: string): Network {
  if (currency !== undefined) return knownNetwork(resolveAsset({ currency, network: text }).chain)
  const there = assetsOfNetwork(text)
  const [chain, ...others] = chainsOf(there)
  if (chain !== undefined && others.length === 0) return knownNetwork(chain)
  const choices = networks.filter((one) => [chain, ...others].includes(one.chain))
  throw new AppError('money.ambiguous_network', {
    asked: text,
    choices: choices.map((one) => one.name),
  })
}

/** Every code that names this asset without a network: `USDT_TRC20`, `USDTTRC20`, `USDT_TRON` … */
export const codesOf = (asset: Asset): readonly string[] =>
  [...new Set([...ownCodes(asset), ...composedCodes(asset)])].filter((code) =>
    codeIndex.get(keyOf(code))?.has(asset),
  )

/** Every word that names this asset's network beside its currency. */
export const networkWordsOf = (asset: Asset): readonly string[] => [...new Set(networkWords(asset))]

/** Every asset with this symbol, code or CAIP-19 id; empty when there is none. */
export const assetsNamed = (text: string): ReadonlySet<Asset> =>
  currencyIndex.get(keyOf(text)) ?? codeIndex.get(keyOf(text)) ?? new Set()

function assetsOfCurrency(currency: string): ReadonlySet<Asset> {
  const meant = assetsNamed(currency)
  if (meant.size === 0) throw new AppError('money.unknown_currency', { currency })
  return meant
}

function assetsOfNetwork(network: string): ReadonlySet<Asset> {
  const there = networkIndex.get(keyOf(network)) ?? codeIndex.get(keyOf(network))
  if (there === undefined) throw new AppError('money.unknown_network', { network })
  return there
}

function theOne(found: ReadonlySet<Asset>, { currency, network }: AssetName): Asset {
  const [first, ...others] = found
  if (first !== undefined && others.length === 0) return first
  const asked = network === undefined ? currency : `${currency} on ${network}`
  throw new AppError('money.ambiguous_network', { asked, choices: networkNames(found) })
}

const networkNames = (found: ReadonlySet<Asset>): readonly string[] =>
  [...found].map((asset) => asset.network)

const chainsOf = (found: ReadonlySet<Asset>): readonly ChainId[] => [
  ...new Set([...found].map((asset) => asset.chain)),
]

function networkWords(asset: Asset): readonly string[] {
  const { name, aliases, chain } = knownNetwork(asset.chain)
  const standard = asset.kind === 'token' ? [asset.standard, hyphenated(asset.standard)] : []
  return [name, asset.network, ...aliases, chain, ...standard]
}

function hyphenated(standard: string): string {
  return standard.replace(/(\d+)$/, '-$1')
}

/** Names that belong to the asset alone, whatever else they could be read as. */
function ownCodes(asset: Asset): readonly string[] {
  return [asset.id, asset.code, asset.compactCode, asset.code.replace('_', '-')]
}

/** Symbol and network in one word, in the ways that are met in the field. */
function composedCodes(asset: Asset): readonly string[] {
  const symbols = [asset.currency, ...asset.currencyAliases]
  const words = networkWords(asset).filter((word) => /^[A-Za-z0-9]+$/.test(word))
  return symbols.flatMap((symbol) =>
    words.flatMap((word) => [`${symbol}_${word}`, `${symbol}-${word}`, `${symbol}${word}`]),
  )
}

function index(of: readonly Asset[], words: (asset: Asset) => readonly string[]): Index {
  const found = new Map<string, Set<Asset>>()
  for (const asset of of) {
    for (const word of words(asset)) {
      const key = keyOf(word)
      found.set(key, (found.get(key) ?? new Set()).add(asset))
    }
  }
  return found
}

/** Own codes win over composed ones: `USDT_ERC20` is Ethereum's, though Polygon's is ERC20 too. */
function preferOwn(own: Index, composed: Index): Index {
  return new Map([...composed, ...own])
}
