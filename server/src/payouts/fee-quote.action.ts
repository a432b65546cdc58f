import type { Chains } from '../custody/chains.ts'
import { AppError } from '../errors/app-error.ts'
import { formatRate } from '../money/rate.ts'
import { knownAsset, knownNetwork, type Asset } from '../money/registry.ts'
import type { AssetId } from '../money/units.ts'
import { bounded, cents, exchangeUnits } from '../rates/exchange.ts'
import type { Price } from '../rates/price.ts'
import type { Rates } from '../rates/rates.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type Db } from '../shell/db.ts'
import { shareOn } from '../shell/share.ts'
import { FEE_QUOTE_MS, leastAmount, type FeeQuote } from './fee-quote.ts'
import { insertCurrentQuote, readCurrentQuote, readQuote } from './fee-quote.store.ts'
import { readFeeSettings } from './fee-setting.store.ts'

/** What quoting fees needs. */
export type FeeQuoteCtx = Pick<ShellCtx, 'db' | 'clock' | 'ids'> &
  Readonly<{ chains: Chains; rates: Rates }>

/** How often a quote is made anew because what another made had expired by then. */
const TRIES_MAX = 3

/**
 * The fee quote of an asset that everybody gets now: estimates and executions alike, until it
 * expires. A new one is made from the nodes' present fees and today's prices; the coins of the
 * treasury are not looked at, so that it is there before they are. It reads nodes and rates, so it
 * comes before a dbTx.
 *
 * @throws custody.cannot_send, chain.unreachable, chain.payment_not_possible,
 *   rates.rate_unavailable, money.amount_out_of_range
 */
export async function currentFeeQuote(
  ctx: FeeQuoteCtx,
  book: Book,
  asset: AssetId,
): Promise<FeeQuote> {
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    const now = bookNow(ctx.clock, book)
    const known = await readCurrentQuote(ctx.db, book.bookId, { asset, now })
    if (known !== undefined) return known
    const made = await makeTogether(ctx.db, { ctx, book, asset })
    if (made !== undefined) return made
  }
  throw new Error(`quotes of ${asset} expire while they are made`)
}

/**
 * The quote that an execution is to be done by: the one that its caller names while it holds,
 * today's for who names none.
 *
 * @throws fees.fee_quote_unknown, fees.fee_quote_expired, fees.fee_quote_for_another, and what
 *   `currentFeeQuote` throws
 */
export async function feeQuoteFor(
  ctx: FeeQuoteCtx,
  book: Book,
  { asset, quoteId }: Readonly<{ asset: AssetId; quoteId: string | undefined }>,
): Promise<FeeQuote> {
  if (quoteId === undefined) return currentFeeQuote(ctx, book, asset)
  const quote = await readQuote(ctx.db, book.bookId, quoteId)
  if (quote === undefined) throw new AppError('fees.fee_quote_unknown', { id: quoteId })
  if (quote.asset !== asset) {
    const [of, wanted] = [knownAsset(quote.asset).code, knownAsset(asset).code]
    throw new AppError('fees.fee_quote_for_another', { id: quoteId, asset: of, wanted })
  }
  if (bookNow(ctx.clock, book) < quote.expiresAt) return quote
  const expiredAt = new Date(quote.expiresAt).toISOString()
  throw new AppError('fees.fee_quote_expired', { id: quoteId, expiredAt })
}

type Making = Readonly<{ ctx: FeeQuoteCtx; book: Book; asset: AssetId }>

/** Many who find no quote at the same time ask the node once; processes meet in the database. */
const makeTogether = shareOn(
  (_: Db, making: Making) => makeQuote(making),
  ({ book, asset }) => `${book.bookId} ${book.clockOffsetMs} ${asset}`,
)

/** @returns absent when another process was first */
async function makeQuote({ ctx, book, asset }: Making): Promise<FeeQuote | undefined> {
  const quote = await quoteNow(ctx, book, knownAsset(asset))
  const isFirst = await inDbTx(ctx, (dbTx) => insertCurrentQuote(dbTx, book.bookId, quote))
  return isFirst ? quote : undefined
}

async function quoteNow(ctx: FeeQuoteCtx, book: Book, asset: Asset): Promise<FeeQuote> {
  const sender = ctx.chains.of(book, asset.chain)?.sender
  if (sender === undefined) throw new AppError('custody.cannot_send', { chain: asset.chain })
  const native = knownAsset(knownNetwork(asset.chain).native)
  const [usual, prices, settings] = await Promise.all([
    sender.usual(asset.id, 'normal'),
    pricesOf(ctx, book, { asset, native }),
    readFeeSettings(ctx.db, book.bookId),
  ])
  const inAsset = { decimals: asset.decimals, usd: prices.asset.usd }
  const inNative = { decimals: native.decimals, usd: prices.native.usd }
  const dollars = { from: cents, to: inAsset }
  const terms = {
    networkFeeInAsset: exchangeUnits(usual.fee, { from: inNative, to: inAsset }, 'up'),
    service: {
      fixed: exchangeUnits(settings.fixedCents, dollars, 'up'),
      partsPerMillion: settings.partsPerMillion,
    },
  }
  const amount = exchangeUnits(settings.minimumCents, dollars, 'up')
  const least = leastAmount({ ...terms, arrives: usual.least, amount })
  const createdAt = bookNow(ctx.clock, book)
  return {
    quoteId: ctx.ids.next('feeq'),
    asset: asset.id,
    native: native.id,
    networkFee: usual.fee,
    feeMax: usual.feeMax,
    ...terms,
    minUnits: bounded(least),
    usd: {
      asset: formatRate(prices.asset.usd),
      native: formatRate(prices.native.usd),
      at: Math.min(prices.asset.at, prices.native.at),
      sources: prices.asset.sources,
    },
    createdAt,
    expiresAt: createdAt + FEE_QUOTE_MS,
  }
}

type Pair<Of> = Readonly<{ asset: Of; native: Of }>

/** Both at once. @throws rates.rate_unavailable */
async function pricesOf(ctx: FeeQuoteCtx, book: Book, of: Pair<Asset>): Promise<Pair<Price>> {
  const { prices } = await ctx.rates.crossRate(book, of.native.id, of.asset.id)
  return { asset: prices.to, native: prices.from }
}
