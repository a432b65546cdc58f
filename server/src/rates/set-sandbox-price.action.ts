import assert from 'node:assert/strict'
import { AppError } from '../errors/app-error.ts'
import { resolveCurrency } from '../money/currency.ts'
import type { Rate } from '../money/rate.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { isPrice } from './price.ts'
import { priceSymbol } from './price-symbol.ts'
import { writeSandboxPrice } from './sandbox-price.store.ts'

/** What the owner of a sandbox wants: US dollars a whole unit, or no rate for the currency. */
export type SandboxPriceChange = Readonly<{
  book: Book
  /** As a request names it: `BTC`, `eur`, `USDT_BSC`. */
  currency: string
  usd: Rate | null
}>

/**
 * Sets the price of a currency in a sandbox, or takes it away (`rate_unavailable` from then on).
 * One coin has one price: `BASE` sets that of ether.
 *
 * @returns the symbol whose price it is now
 * @throws money.unknown_currency, rates.price_not_settable, rates.price_out_of_range
 */
export async function setSandboxPrice(
  ctx: Pick<ShellCtx, 'clock'>,
  dbTx: DbTx,
  { book, currency, usd }: SandboxPriceChange,
): Promise<string> {
  assert.equal(book.environment, 'test', 'prices are set in a sandbox alone')
  const symbol = priceSymbol(resolveCurrency(currency))
  if (symbol === 'USD') throw new AppError('rates.price_not_settable', { currency: symbol })
  if (usd !== null && !isPrice(usd)) throw new AppError('rates.price_out_of_range', {})
  const setAt = bookNow(ctx.clock, book)
  await writeSandboxPrice(dbTx, book.bookId, { currency: symbol, usd: usd ?? undefined, setAt })
  return symbol
}
