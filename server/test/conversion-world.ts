import {
  createConversion,
  getConversion,
  listAllConversions,
} from '../src/api/crytom/conversions.routes.ts'
import { explainAConversion } from '../src/api/crytom/explain.routes.ts'
import {
  changeConversionSettings,
  changeLiquidity,
  listLiquidity,
  readConversionSettings,
} from '../src/api/crytom/liquidity.routes.ts'
import { account, type ChartPurpose } from '../src/ledger/chart.ts'
import { chartBalances } from '../src/ledger/read-balances.action.ts'
import { requirePosted } from '../src/ledger/result.ts'
import { resolveAsset } from '../src/money/alias.ts'
import { parseUnits } from '../src/money/amount.ts'
import { parseRate } from '../src/money/rate.ts'
import { knownAsset, type Asset } from '../src/money/registry.ts'
import type { Units } from '../src/money/units.ts'
import { setSandboxPrice } from '../src/rates/set-sandbox-price.action.ts'
import type { Book } from '../src/shell/book.ts'
import { inDbTx, openDb } from '../src/shell/db.ts'
import { testApi, testApiCtx, type TestApiCtx } from './api.ts'
import { testDatabase } from './database.ts'

/** The routes of conversions and of what they are served from. */
export const conversionRoutes = [
  createConversion,
  listAllConversions,
  getConversion,
  explainAConversion,
  listLiquidity,
  changeLiquidity,
  readConversionSettings,
  changeConversionSettings,
]

/** Conversions from the API down to the database, without any chain. */
export type ConversionWorld = Awaited<ReturnType<typeof conversionWorld>>

/** Makes a world with a database of its own. */
export async function conversionWorld() {
  const database = await testDatabase()
  const db = openDb(database.url, { refuseSecond: true })
  const ctx = testApiCtx(db, { env: { COFFER_RATE_LIMIT: '1000000' } })
  const api = await testApi(ctx, { routes: conversionRoutes })
  const book = api.organization.test
  return {
    url: database.url,
    ctx,
    book,
    call: api.call,
    asLive: api.as(api.secretKeys.live),
    /** Gives the organization coins to spend, or to convert into; amounts are decimal texts. */
    give: (amount: string, code: string, purpose?: 'merchant.available' | 'liquidity') => {
      const asset = resolveAsset({ currency: code })
      return giveUnits(ctx, book, {
        asset,
        units: parseUnits(amount, asset.decimals),
        purpose: purpose ?? 'merchant.available',
      })
    },
    setPrice: (currency: string, usd: string | null) =>
      inDbTx(ctx, (dbTx) =>
        setSandboxPrice(ctx, dbTx, { book, currency, usd: usd === null ? null : parseRate(usd) }),
      ),
    holdings: () => holdings(ctx, book),
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]()
      await ctx.ledger[Symbol.asyncDispose]()
      await db[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

type Gift = Readonly<{ asset: Asset; units: Units; purpose: ChartPurpose }>

/** Books coins as if they had come in. */
export async function giveUnits(
  ctx: Pick<TestApiCtx, 'ids' | 'ledger'>,
  book: Book,
  { asset, units, purpose }: Gift,
): Promise<void> {
  const [debit, credit] = [account('custody', asset.id), account(purpose, asset.id)]
  const externalId = `test:${ctx.ids.next('gift')}`
  const transfers = [{ debit, credit, asset: asset.id, units }]
  const entry = { operation: 'testGift', externalId, facts: {}, transfers }
  requirePosted(externalId, await ctx.ledger.post(book.bookId, entry))
}

/** What is on every account that is not empty, by purpose and code. */
export async function holdings(
  { db }: Pick<TestApiCtx, 'db'>,
  { bookId }: Book,
): Promise<Readonly<Record<string, bigint>>> {
  const rows = await chartBalances(db, bookId)
  return Object.fromEntries(
    rows
      .filter((row) => row.posted !== 0n)
      .map((row) => [`${row.purpose} ${knownAsset(row.asset).code}`, row.posted]),
  )
}
