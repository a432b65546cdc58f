import { randomInt } from 'node:crypto'
import { isError } from '../src/errors/app-error.ts'
import { parseRate, type Rate } from '../src/money/rate.ts'
import { livePolicy } from '../src/rates/price.ts'
import type { RateSource } from '../src/rates/rate-source.ts'
import { sandboxMarkets } from '../src/rates/markets.ts'
import type { Markets } from '../src/rates/rates.ts'
import { setSandboxPrice } from '../src/rates/set-sandbox-price.action.ts'
import type { Book, BookId, Environment } from '../src/shell/book.ts'
import { inDbTx, type Db } from '../src/shell/db.ts'
import { testShell, type TestShell } from './shell.ts'

/** Two sandboxes and two live books of organizations of their own; the first sandbox is ahead. */
export type RateWorld = Readonly<{
  ctx: TestShell
  sandbox: Book
  other: Book
  live: Book
  otherLive: Book
  /** Sets a price in the first sandbox; null takes it away. */
  setPrice: (currency: string, usd: string | null) => Promise<string>
}>

/** How far the first sandbox's clock is ahead of the machine's, in ms. */
export const SANDBOX_AHEAD_MS = 1_000

/** Makes the books in a database that other tests may share. */
export async function rateWorld(db: Db): Promise<RateWorld> {
  const ctx = testShell(db)
  const sandbox = await makeBook(db, 'test', SANDBOX_AHEAD_MS)
  return {
    ctx,
    sandbox,
    other: await makeBook(db, 'test', 0),
    live: await makeBook(db, 'live', 0),
    otherLive: await makeBook(db, 'live', 0),
    setPrice: (currency, text) =>
      inDbTx(ctx, (dbTx) => {
        const usd = text === null ? null : parseRate(text)
        return setSandboxPrice(ctx, dbTx, { book: sandbox, currency, usd })
      }),
  }
}

/** A source of the outside world that says what the feed holds, as of now. */
export const quoting = (name: string, feed: Readonly<{ usd: Rate }>): RateSource => ({
  name,
  observe: ({ clock }, { currencies }) => {
    const observedAt = clock.now()
    return Promise.resolve(
      currencies.map((currency) => ({
        source: name,
        currency,
        pricedIn: 'USD' as const,
        price: feed.usd,
        observedAt,
      })),
    )
  },
})

/** Markets whose live books have these sources. */
export const liveMarkets = (sources: readonly RateSource[]): Markets => ({
  ...sandboxMarkets,
  live: { sources, policy: livePolicy },
})

/** Whether an error is the refusal of this currency's rate for this reason. */
export const isUnavailable = (currency: string, reason: string) => (error: unknown) =>
  isError(error, 'rates.rate_unavailable') &&
  error.context.currency === currency &&
  error.context.reason === reason

async function makeBook(db: Db, environment: Environment, clockOffsetMs: number): Promise<Book> {
  const account = randomInt(2 ** 31)
  const orgId = `org_${account}`
  await db.query('insert into organization values ($1, $1, now())', [orgId])
  const [row] = await db.query<{ bookId: BookId }>(
    `insert into book (book_id, org_id, environment, derivation_account, clock_offset_ms, created_at)
     values ($1, $2, $3, $4, $5, now()) returning book_id as "bookId"`,
    [`book_${account}`, orgId, environment, account, clockOffsetMs],
  )
  if (row === undefined) throw new Error('no book was written')
  return { bookId: row.bookId, orgId, environment, clockOffsetMs }
}
