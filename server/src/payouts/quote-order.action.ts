import { AppError } from '../errors/app-error.ts'
import type { AssetId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { Db } from '../shell/db.ts'
import { shareOn } from '../shell/share.ts'
import type { FeeQuote } from './fee-quote.ts'
import { feeQuoteFor, type FeeQuoteCtx } from './fee-quote.action.ts'
import type { Named, PayoutAsked } from './payout-request.ts'

/** The fee quotes of an order, by `quoteKey`; or why one that was named cannot be had. */
export type OrderQuotes = ReadonlyMap<string, FeeQuote | AppError>

/** What a row's quote is found by. */
export const quoteKey = (asset: AssetId, quoteId: string | undefined): string =>
  `${asset} ${quoteId ?? ''}`

type Row = Readonly<{ asked: PayoutAsked; named: Named }>

/**
 * The fee quotes that rows are to be done by, each once; rows on chains that nothing can be sent on
 * have none.
 *
 * @throws what keeps today's quotes from being made: rates.rate_unavailable, chain.unreachable
 */
export async function quotesOf(
  ctx: FeeQuoteCtx,
  book: Book,
  rows: readonly Row[],
): Promise<OrderQuotes> {
  const wanted = new Map(
    rows
      .filter(({ named }) => ctx.chains.of(book, named.asset.chain)?.sender !== undefined)
      .map(({ named, asked: { quoteId } }) => {
        const asset = named.asset.id
        return [quoteKey(asset, quoteId), { asset, quoteId }] as const
      }),
  )
  const quotes = await Promise.all(
    [...wanted].map(async ([key, one]) => {
      const quoting = quoteTogether(ctx.db, { ctx, book, one })
      return [key, await (one.quoteId === undefined ? quoting : quoting.catch(asRefusal))] as const
    }),
  )
  return new Map(quotes)
}

type Quoting = Readonly<{
  ctx: FeeQuoteCtx
  book: Book
  one: Readonly<{ asset: AssetId; quoteId: string | undefined }>
}>

/** Requests that come at the same time read a quote once. */
const quoteTogether = shareOn(
  (_: Db, { ctx, book, one }: Quoting) => feeQuoteFor(ctx, book, one),
  ({ book, one }) => `${book.bookId} ${book.clockOffsetMs} ${quoteKey(one.asset, one.quoteId)}`,
)

function asRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error
  throw error
}
