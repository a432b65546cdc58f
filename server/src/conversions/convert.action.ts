import { AppError } from '../errors/app-error.ts'
import { appendFirstEvent } from '../events/append-first-event.ts'
import { account } from '../ledger/chart.ts'
import { balancesOf } from '../ledger/read-balances.action.ts'
import type { AssetName } from '../money/alias.ts'
import { parseUnits } from '../money/amount.ts'
import { formatRate, parseRate } from '../money/rate.ts'
import type { Asset } from '../money/registry.ts'
import type { Decimal } from '../money/decimal.ts'
import type { Rates } from '../rates/rates.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { bookConversion, type BookingCtx } from './book-conversion.action.ts'
import { candidates, mostHeld } from './choose-asset.ts'
import { insertConversion, readConversionNamed } from './conversion.store.ts'
import { askedOf, isAnswerTo, type Conversion, type ConversionRequest } from './conversion.ts'
import { endowLiquidity, type EndowCtx } from './endow-liquidity.action.ts'
import { priceConversion, rateBetween } from './price-conversion.ts'
import { readSpread } from './setting.store.ts'
import { conversionSnapshot } from './snapshot.ts'

/** What preparing a conversion needs. */
export type PrepareCtx = EndowCtx & Readonly<{ rates: Pick<Rates, 'crossRate'> }>

/** What converting needs. */
export type ConvertCtx = BookingCtx & Pick<ShellCtx, 'clock' | 'ids'>

/** A conversion that can be done: one that was done before, or what a new one comes to. */
export type PreparedConversion =
  | Readonly<{ kind: 'there'; conversion: Conversion }>
  | Readonly<{
      kind: 'new'
      request: ConversionRequest
      terms: Omit<Conversion, 'conversionId' | 'createdAt'>
      left: Decimal
    }>

/**
 * Settles what a conversion comes to: which assets are meant, at which rate, with which spread. It
 * comes before the dbTx that does it.
 *
 * @throws what `candidates`, `parseUnits`, `priceConversion`, `Rates.crossRate` and
 *   `endowLiquidity` throw; conversions.same_asset, conversions.amount_too_small,
 *   conversions.conversion_differs
 */
export async function prepareConversion(
  ctx: PrepareCtx,
  book: Book,
  request: ConversionRequest,
): Promise<PreparedConversion> {
  const there = await conversionNamed(ctx.db, book, request)
  if (there !== undefined) return { kind: 'there', conversion: there }
  const { fromCurrency, fromNetwork, toCurrency, toNetwork, amount } = request
  const [from, to] = await Promise.all([
    chosen(ctx, book, { currency: fromCurrency, network: fromNetwork }),
    chosen(ctx, book, { currency: toCurrency, network: toNetwork }),
  ])
  if (from.id === to.id) throw new AppError('conversions.same_asset', { asset: from.code })
  const given = parseUnits(amount, from.decimals)
  const [{ prices }, spreadPpm] = await Promise.all([
    ctx.rates.crossRate(book, from.id, to.id),
    readSpread(ctx.db, book.bookId),
  ])
  // Read again as it will be from its row: a rate with no room there is refused here.
  const rate = parseRate(formatRate(rateBetween(prices)))
  const decimals = { fromDecimals: from.decimals, toDecimals: to.decimals }
  const { received, spread, left } = priceConversion({ given, ...decimals, rate, spreadPpm })
  if (received === 0n) {
    throw new AppError('conversions.amount_too_small', { from: from.code, to: to.code })
  }
  await endowLiquidity(ctx, book, { asset: to, price: prices.to })
  const { externalId, customerId, metadata } = request
  const named = { externalId, customerId, metadata, asked: askedOf(request) }
  const worth = { given, received, spread, spreadPpm, rate, prices }
  const terms = { from: from.id, to: to.id, ...worth, ...named }
  return { kind: 'new', request, terms, left }
}

/**
 * Converts as it was prepared: the conversion, its event and its entry exist together or not at
 * all. Conversions that share a dbTx are written together.
 *
 * @returns `isNew` false: the external id stands for this very conversion, which was done before
 * @throws conversions.conversion_differs, conversions.insufficient_liquidity,
 *   ledger.insufficient_balance, ledger.account_closed
 */
export async function convert(
  ctx: ConvertCtx,
  dbTx: DbTx,
  { book, prepared }: Readonly<{ book: Book; prepared: PreparedConversion }>,
): Promise<Readonly<{ conversion: Conversion; isNew: boolean }>> {
  if (prepared.kind === 'there') return { conversion: prepared.conversion, isNew: false }
  const { request, terms, left } = prepared
  const conversionId = ctx.ids.next('cv')
  const conversion = { ...terms, conversionId, createdAt: bookNow(ctx.clock, book) }
  if (!(await insertConversion(dbTx, { bookId: book.bookId, conversion }))) {
    const there = await conversionNamed(dbTx, book, request)
    if (there === undefined) throw new Error(`${request.externalId} is taken and is not`)
    return { conversion: there, isNew: false }
  }
  await appendFirstEvent(ctx, dbTx, {
    book,
    type: 'conversion.completed',
    objectId: conversionId,
    object: conversionSnapshot(conversion, book.environment),
  })
  await bookConversion(ctx, dbTx, { book, conversion, left })
  return { conversion, isNew: true }
}

/** What the request's external id stands for already. @throws conversions.conversion_differs */
async function conversionNamed(
  db: Queryable,
  { bookId }: Book,
  request: ConversionRequest,
): Promise<Conversion | undefined> {
  const { externalId } = request
  if (externalId === undefined) return undefined
  const there = await readConversionNamed(db, bookId, externalId)
  if (there === undefined || isAnswerTo(there, request)) return there
  throw new AppError('conversions.conversion_differs', { externalId })
}

/** The asset that is meant; of several networks, the one on which most is held. */
async function chosen(ctx: Readonly<{ db: Queryable }>, book: Book, name: AssetName) {
  const found = candidates(name)
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only
  const accountIds = found.map((asset) => accountOf(asset).accountId)
  const balances = await balancesOf(ctx.db, book.bookId, accountIds)
  const held = [...balances.values()].map((one) => [one.asset, one.available] as const)
  const best = mostHeld(found, new Map(held))
  if (best === undefined) throw new Error('a currency is on some network')
  return best
}

const accountOf = (asset: Asset) => account('merchant.available', asset.id)
