import type { Chains } from '../custody/chains.ts'
import { depositRoutes } from '../custody/deposit-route.ts'
import { AppError } from '../errors/app-error.ts'
import { formatRate, RATE_ONE } from '../money/rate.ts'
import { assets, knownAsset, type Asset } from '../money/registry.ts'
import type { AssetId } from '../money/units.ts'
import type { Price } from '../rates/price.ts'
import type { Rates } from '../rates/rates.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { QuotedOption } from './payment-record.ts'
import {
  assetsAllowedBy,
  checkUrls,
  readPrice,
  type PaymentRequest,
  type ReadPrice,
} from './payment-request.ts'
import { dueUnits, NO_TOLERANCE, toleratedUnits, type Worth } from './quote.ts'
import { readSettings, type PaymentSettings } from './setting.store.ts'

/** What quoting needs. */
export type QuoteCtx = Pick<ShellCtx, 'db'> & Readonly<{ rates: Rates; chains: Chains }>

/** A payment as it is offered, before addresses are given out for it. */
export type Quote = Readonly<{
  request: PaymentRequest
  currency: ReadPrice['currency']
  price: ReadPrice['price']
  currencyUsd: string | undefined
  options: readonly Omit<QuotedOption, 'address'>[]
  quoteWindowMs: number
}>

/**
 * Says what a payment costs in each asset it can be paid with. It reads rates and settings, so it
 * comes before the dbTx that opens the payment.
 *
 * @throws money.unknown_currency, money.amount_too_precise, rates.rate_unavailable,
 *   payments.amount_too_large, payments.asset_unavailable, payments.nothing_receivable,
 *   payments.url_not_allowed
 */
export async function quotePayment(
  ctx: QuoteCtx,
  book: Book,
  request: PaymentRequest,
): Promise<Quote> {
  checkUrls(request.urls, book.environment)
  const read = readPrice(request)
  const offered = offeredAssets(ctx, book, request.acceptedAssets)
  const isChosen = request.acceptedAssets !== undefined
  return { request, ...read, ...(await quoteIn(ctx, book, { ...read, offered, isChosen })) }
}

/**
 * What a price is today in each of these assets, and the prices in dollars which that rests on.
 *
 * @throws rates.rate_unavailable
 */
export async function quoteToday(
  ctx: Pick<QuoteCtx, 'db' | 'rates'>,
  book: Book,
  { currency, price, assets: asked }: ReadPrice & Readonly<{ assets: readonly AssetId[] }>,
): Promise<Pick<Quote, 'currencyUsd' | 'options'>> {
  const offered = asked.map(knownAsset)
  return quoteIn(ctx, book, { currency, price, offered, isChosen: true })
}

async function quoteIn(
  ctx: Pick<QuoteCtx, 'db' | 'rates'>,
  book: Book,
  offer: Offer,
): Promise<Pick<Quote, 'currencyUsd' | 'options' | 'quoteWindowMs'>> {
  const [worths, settings] = await Promise.all([
    worthsOf(ctx, book, offer),
    readSettings(ctx.db, book.bookId),
  ])
  const { price, offered } = offer
  return {
    currencyUsd: worths.currencyUsd,
    options: offered.flatMap((asset) => optionOf(asset, { price, worths, settings })),
    quoteWindowMs: settings.quoteWindowMs,
  }
}

/** What is priced; `isChosen`: each of them must have a price. */
type Offer = ReadPrice & Readonly<{ offered: readonly Asset[]; isChosen: boolean }>

/** Prices in US dollars; an asset that is the currency itself needs none. */
type Worths = Readonly<{
  currencyUsd: string | undefined
  of: (asset: Asset) => (Worth & Readonly<{ assetUsd: string | undefined }>) | undefined
}>

/**
 * @throws payments.nothing_receivable, payments.asset_unavailable when a text allows nothing that
 *   can be received here
 */
function offeredAssets(
  ctx: QuoteCtx,
  book: Book,
  texts: readonly string[] | undefined,
): readonly Asset[] {
  const chains = new Set(depositRoutes(ctx.chains, book).map(({ chain }) => chain.adapter.chain))
  const receivable = assets.filter((asset) => chains.has(asset.chain))
  if (receivable.length === 0) {
    throw new AppError('payments.nothing_receivable', { environment: book.environment })
  }
  if (texts === undefined) return receivable
  const chosen = texts.flatMap((text) => {
    const allowed = assetsAllowedBy(text).filter((asset) => chains.has(asset.chain))
    if (allowed.length > 0) return allowed
    const choices = receivable.map((asset) => asset.code)
    throw new AppError('payments.asset_unavailable', { asset: text, choices })
  })
  return [...new Set(chosen)]
}

async function worthsOf(ctx: Pick<QuoteCtx, 'rates'>, book: Book, offer: Offer): Promise<Worths> {
  const { currency, offered, isChosen } = offer
  const converted = offered.filter((asset) => asset.currency !== currency)
  const isSame = (asset: Asset): boolean => !converted.includes(asset)
  const symbols = [...new Set(converted.map((asset) => asset.pricedAs))]
  const prices: ReadonlyMap<string, Price> =
    converted.length === 0 ? new Map() : await ctx.rates.pricesUsd(book, [currency, ...symbols])
  const missing = [currency, ...(isChosen ? symbols : [])].find((one) => !prices.has(one))
  const nothing = offered.every((asset) => !isSame(asset) && !prices.has(asset.pricedAs))
  if (converted.length > 0 && (missing !== undefined || nothing)) {
    // Asking for the one that is missing throws the refusal that knows the reason.
    await ctx.rates.priceUsd(book, missing ?? symbols[0] ?? currency)
  }
  const currencyUsd = prices.get(currency)?.usd
  return {
    currencyUsd: currencyUsd === undefined ? undefined : formatRate(currencyUsd),
    of: (asset) => {
      if (isSame(asset)) return { currency: RATE_ONE, asset: RATE_ONE, assetUsd: undefined }
      const usd = prices.get(asset.pricedAs)?.usd
      if (usd === undefined || currencyUsd === undefined) return undefined
      return { currency: currencyUsd, asset: usd, assetUsd: formatRate(usd) }
    },
  }
}

type Terms = Pick<ReadPrice, 'price'> & Readonly<{ worths: Worths; settings: PaymentSettings }>

function optionOf(
  asset: Asset,
  { price, worths, settings }: Terms,
): readonly Omit<QuotedOption, 'address'>[] {
  const worth = worths.of(asset)
  if (worth === undefined) return []
  const due = dueUnits(price, worth, asset.decimals)
  const tolerance = settings.tolerances.get(asset.id) ?? NO_TOLERANCE
  const tolerated = toleratedUnits(due, tolerance)
  return [{ asset: asset.id, due, tolerated, assetUsd: worth.assetUsd }]
}
