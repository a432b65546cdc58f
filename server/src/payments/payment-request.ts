import { formatUnits, parseUnits } from '../money/amount.ts'
import { assetsNamed, resolveAsset } from '../money/alias.ts'
import { resolveCurrency } from '../money/currency.ts'
import type { Asset } from '../money/registry.ts'
import { units } from '../money/units.ts'
import { AppError, isError } from '../errors/app-error.ts'
import type { Environment } from '../shell/book.ts'
import type { Face } from './payment.ts'
import type { Price } from './quote.ts'
import { checkUrl, outboundRules } from '../shell/outbound/outbound-url.ts'

/** What a merchant asks for, read from its face's contract. */
export type PaymentRequest = Readonly<{
  face: Face
  /** Decimal text above 0, as `positiveAmountSchema` gives it. */
  amount: string
  /** ISO 4217 code, symbol, asset code or CAIP-19. */
  currency: string
  /** Codes, aliases or CAIP-19 ids; absent: everything that has a price and can be received. */
  acceptedAssets: readonly string[] | undefined
  productName: string | undefined
  description: string | undefined
  customerId: string | undefined
  customerEmail: string | undefined
  /** JSON text of an object. */
  metadata: string
  urls: PaymentUrls
}>

/** Where payers and events are sent to, by the names of the contract. */
export type PaymentUrls = Readonly<{
  success_url?: string | undefined
  cancel_url?: string | undefined
  redirect_url?: string | undefined
  callback_url?: string | undefined
}>

/** Most that one payment can ask for, in whole units of its currency: 10¹². */
const AMOUNT_WHOLE_MAX = 10n ** 12n
const METADATA_BYTES_MAX = 16_384
const METADATA_KEYS_MAX = 50

/** The currency and amount of a request, in the currency's own smallest part. */
export type ReadPrice = Readonly<{ currency: string; price: Price }>

/**
 * Reads a price. Fiat has the decimals of its minor unit, a crypto currency the most that any of
 * its assets has.
 *
 * @throws money.unknown_currency, money.amount_too_precise, payments.amount_too_large
 */
export function readPrice({
  amount,
  currency,
}: Pick<PaymentRequest, 'amount' | 'currency'>): ReadPrice {
  const named = resolveCurrency(currency)
  const decimals = named.kind === 'fiat' ? named.decimals : mostDecimals(named.symbol)
  const asked = parseUnits(amount, decimals)
  const most = units(AMOUNT_WHOLE_MAX * 10n ** BigInt(decimals))
  if (asked > most) {
    throw new AppError('payments.amount_too_large', {
      amount,
      most: formatUnits(most, decimals),
      currency: named.symbol,
    })
  }
  return { currency: named.symbol, price: { units: asked, decimals } }
}

const mostDecimals = (symbol: string): number =>
  Math.max(...[...assetsNamed(symbol)].map((asset) => asset.decimals))

/**
 * The assets that a text allows: one for a code such as `USDT_BSC`, and for a bare symbol that
 * stands for several (`USDT`) all of them.
 *
 * @throws money.unknown_currency
 */
export function assetsAllowedBy(text: string): readonly Asset[] {
  try {
    return [resolveAsset({ currency: text })]
  } catch (error) {
    if (isError(error, 'money.ambiguous_network')) return [...assetsNamed(text)]
    throw error
  }
}

/**
 * Refuses URLs that a browser or a delivery must not be sent to. Plain `http` stays allowed: shops
 * are built on machines without certificates, and the contract does not ask for more.
 *
 * @throws payments.url_not_allowed
 */
export function checkUrls(urls: PaymentUrls, environment: Environment): void {
  for (const [param, text] of Object.entries(urls)) {
    if (text === undefined) continue
    const problem =
      param === 'callback_url' ? callbackProblem(text, environment) : urlProblem(text, environment)
    if (problem !== undefined) throw new AppError('payments.url_not_allowed', { param, problem })
  }
}

/** We call it ourselves, so what could never be called is refused at once. */
function callbackProblem(text: string, environment: Environment): string | undefined {
  const checked = checkUrl(text, outboundRules(environment))
  return checked.kind === 'refused' ? checked.reason : undefined
}

function urlProblem(text: string, environment: Environment): string | undefined {
  const url = URL.parse(text)
  if (url === null) return 'it is not an absolute URL'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'it must begin with https://'
  if (url.username !== '' || url.password !== '') return 'it must not hold a user name or password'
  if (environment === 'live' && isLoopback(url.hostname)) return 'it points back at this machine'
  return undefined
}

const isLoopback = (host: string): boolean =>
  /(^|\.)localhost\.?$/.test(host) ||
  /^127\./.test(host) ||
  host === '0.0.0.0' ||
  host === '[::1]' ||
  host === '[::]' ||
  /^\[::ffff:7f/.test(host)

/**
 * What is wrong with metadata; nothing when it can be kept.
 *
 * @param text the JSON of an object with so many keys
 */
export function metadataProblem(text: string, keys: number): string | undefined {
  const bytes = Buffer.byteLength(text)
  if (keys > METADATA_KEYS_MAX) return `It has ${keys} keys; at most ${METADATA_KEYS_MAX} are kept.`
  if (bytes > METADATA_BYTES_MAX) {
    return `Its JSON has ${bytes} bytes; at most ${METADATA_BYTES_MAX} are kept.`
  }
  return undefined
}
