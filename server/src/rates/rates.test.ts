import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/database.ts'
import { isError } from '../errors/app-error.ts'
import { fiatCodes } from '../money/fiat.ts'
import { parseUnits } from '../money/amount.ts'
import { applyRate, formatRate, parseRate, type Rate } from '../money/rate.ts'
import { assets } from '../money/registry.ts'
import { units } from '../money/units.ts'
import type { Book, BookId, Environment } from '../shell/book.ts'
import { manualClock, type ManualClock } from '../shell/clock.ts'
import { inDbTx } from '../shell/db.ts'
import type { Log } from '../shell/log.ts'
import { livePolicy } from './price.ts'
import type { RateCtx, RateSource } from './rate-source.ts'
import { createRates, defaultMarkets } from './rates.ts'
import { setSandboxPrice } from './set-sandbox-price.action.ts'

const NOW = 1_800_000_000_000

// One database for the file: every test has books of its own in it.
const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())
let booksMade = 0

test('a sandbox has a price for every currency of the registry and for thirty fiat ones', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx)
  for (const asset of assets) {
    const price = await rates.priceUsd(world.sandbox, asset.code)
    assert.deepEqual(price.sources, ['sandbox'])
    assert.equal(price.at, NOW + 1_000)
  }
  const fiat = await rates.pricesUsd(world.sandbox, fiatCodes)
  assert.ok(fiat.size > 30 && fiat.size < fiatCodes.length)
  assert.equal(formatRate((await rates.priceUsd(world.sandbox, 'BTC')).usd), '65000.5')
})

test('a price that the owner sets holds in that sandbox alone', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx)
  await world.setPrice('btc', '12345.67')
  const price = async (book: Book) => formatRate((await rates.priceUsd(book, 'BTC')).usd)
  assert.equal(await price(world.sandbox), '12345.67')
  assert.equal(await price(world.other), '65000.5')
  await world.setPrice('BTC', '1e-20')
  assert.equal(await price(world.sandbox), '0.00000000000000000001')
})

/** Fault seen to fail it: a removed price falling back to its default. */
test('a price that is taken away leaves the currency without a rate until it is set again', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx)
  await world.setPrice('USDT_BSC', null)
  await assert.rejects(rates.priceUsd(world.sandbox, 'USDT'), unavailable('USDT', 'no_source'))
  await assert.rejects(
    rates.crossRate(world.sandbox, 'BTC', 'USDT'),
    unavailable('USDT', 'no_source'),
  )
  const others = await rates.pricesUsd(world.sandbox, ['USDT', 'USDT_BSC', 'USDC'])
  assert.deepEqual([...others.keys()], ['USDC'])
  await world.setPrice('USDT', '0.99')
  assert.equal(formatRate((await rates.priceUsd(world.sandbox, 'USDT')).usd), '0.99')
})

test('the coin of Base always has the price of ether', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx)
  assert.equal(await world.setPrice('BASE', '4000'), 'ETH')
  assert.equal(formatRate((await rates.priceUsd(world.sandbox, 'ETH')).usd), '4000')
  assert.equal(formatRate((await rates.crossRate(world.sandbox, 'BASE', 'ETH')).rate), '1')
})

test('the dollar needs no source, is 1 and cannot be set', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx)
  assert.equal(formatRate((await rates.priceUsd(world.live, 'usd')).usd), '1')
  await assert.rejects(world.setPrice('USD', '2'), (error) =>
    isError(error, 'rates.price_not_settable'),
  )
})

test('a live book has no rate, since no source of live prices is there yet', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx)
  await assert.rejects(rates.priceUsd(world.live, 'BTC'), unavailable('BTC', 'no_source'))
  await assert.rejects(
    rates.convert(world.live, conversion(units(1n))),
    unavailable('BTC', 'no_source'),
  )
  assert.equal((await rates.pricesUsd(world.live, ['BTC', 'EUR'])).size, 0)
})

test('what is no currency is refused before any price is read', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx)
  const unknown = (error: unknown) => isError(error, 'money.unknown_currency')
  await assert.rejects(rates.priceUsd(world.sandbox, 'XYZ'), unknown)
  await assert.rejects(rates.crossRate(world.sandbox, 'BTC', ''), unknown)
  await assert.rejects(world.setPrice('XYZ', '1'), unknown)
})

test('what is converted is exactly what the rate beside it says', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx)
  const half = await rates.convert(world.sandbox, conversion(parseUnits('0.5', 8)))
  assert.equal(half.units, parseUnits('32500.25', 2))
  const names = fc.constantFrom('BTC', 'ETH', 'USDT', 'EUR', 'JPY', 'VND', 'TRX')
  await fc.assert(
    fc.asyncProperty(
      names,
      names,
      fc.bigInt({ min: 0n, max: 10n ** 24n }),
      async (from, to, value) => {
        const sides = { fromDecimals: 18, toDecimals: 6 }
        const converted = await rates.convert(world.sandbox, {
          units: units(value),
          from: { currency: from, decimals: 18 },
          to: { currency: to, decimals: 6 },
          mode: 'down',
        })
        const again = applyRate(units(value), converted.rate, { ...sides, mode: 'down' })
        assert.equal(converted.units, again)
        assert.deepEqual(converted.rate, (await rates.crossRate(world.sandbox, from, to)).rate)
      },
    ),
    { numRuns: 30 },
  )
})

/** Faults seen to fail it: the measure not kept, kept for a refused price, kept across books. */
test('a leap is refused until the last accepted price is too old to measure by', async () => {
  const world = await testWorld()
  const feed = { usd: parseRate('100') }
  const rates = createRates(world.ctx, marketsOf([quoting('a', feed), quoting('b', feed)]))
  const price = async (book: Book) => formatRate((await rates.priceUsd(book, 'BTC')).usd)
  assert.equal(await price(world.live), '100')
  feed.usd = parseRate('150')
  await assert.rejects(price(world.live), unavailable('BTC', 'jumped'))
  await assert.rejects(price(world.live), unavailable('BTC', 'jumped'))
  assert.equal(await price(world.otherLive), '150')
  world.clock.advance(600_000)
  await assert.rejects(price(world.live), unavailable('BTC', 'jumped'))
  world.clock.advance(1)
  assert.equal(await price(world.live), '150')
  feed.usd = parseRate('130')
  assert.equal(await price(world.live), '130')
})

/** Fault seen to fail it: the measure renewed only when the price changes. */
test('a price that stands still stays the measure', async () => {
  const world = await testWorld()
  const feed = { usd: parseRate('100') }
  const rates = createRates(world.ctx, marketsOf([quoting('a', feed), quoting('b', feed)]))
  for (let minute = 0; minute < 12; minute += 1) {
    await rates.priceUsd(world.live, 'BTC')
    world.clock.advance(60_000)
  }
  feed.usd = parseRate('150')
  await assert.rejects(rates.priceUsd(world.live, 'BTC'), unavailable('BTC', 'jumped'))
})

test('many processes that accept prices at once leave the latest as the measure', async () => {
  const world = await testWorld()
  const feed = { usd: parseRate('100') }
  const markets = marketsOf([quoting('a', feed), quoting('b', feed)])
  const processes = Array.from({ length: 8 }, () => createRates(world.ctx, markets))
  const names = ['BTC', 'ETH', 'EUR', 'TRX']
  await Promise.all(
    processes.map((rates, index) =>
      rates.pricesUsd(world.live, index % 2 === 0 ? names : names.toReversed()),
    ),
  )
  const kept = await world.ctx.db.query('select usd from accepted_price where book_id = $1', [
    world.live.bookId,
  ])
  assert.deepEqual(
    kept,
    names.map(() => ({ usd: '100' })),
  )
})

/** Faults seen to fail it: a failing source failing the request, a silent one awaited for ever. */
test('a source that fails or stays silent is left out, and the others still make a price', async () => {
  const world = await testWorld()
  const feed = { usd: parseRate('100') }
  const broken: RateSource = { name: 'broken', observe: () => Promise.reject(new Error('down')) }
  const silent: RateSource = { name: 'silent', observe: () => new Promise(() => undefined) }
  const sources = [quoting('a', feed), broken, silent, quoting('b', feed)]
  const rates = createRates(world.ctx, marketsOf(sources))
  const asking = rates.priceUsd(world.live, 'BTC')
  world.clock.advance(3_000)
  assert.deepEqual((await asking).sources, ['a', 'b'])
  assert.deepEqual(world.warnings.sort(), ['broken', 'silent'])
})

test('one source alone is not enough for live money', async () => {
  const world = await testWorld()
  const rates = createRates(world.ctx, marketsOf([quoting('a', { usd: parseRate('100') })]))
  await assert.rejects(rates.priceUsd(world.live, 'BTC'), unavailable('BTC', 'too_few_sources'))
})

test('prices are set in a sandbox and never in a live book', async () => {
  const world = await testWorld()
  const setting = inDbTx(world.ctx, (dbTx) =>
    setSandboxPrice(world.ctx, dbTx, { book: world.live, currency: 'BTC', usd: parseRate('1') }),
  )
  await assert.rejects(setting, /in a sandbox alone/)
})

test('the database refuses a price that is none', async () => {
  const world = await testWorld()
  for (const usd of ['0', '0.00', '-1', 'NaN', '', '1e5']) {
    const writing = world.ctx.db.query(
      'insert into sandbox_price (book_id, currency, usd, set_at) values ($1, $2, $3, now())',
      [world.sandbox.bookId, 'BTC', usd],
    )
    await assert.rejects(writing, /sandbox_price_usd_check/)
  }
})

type World = Readonly<{
  ctx: RateCtx
  clock: ManualClock
  warnings: string[]
  sandbox: Book
  other: Book
  live: Book
  otherLive: Book
  setPrice: (currency: string, usd: string | null) => Promise<string>
}>

async function testWorld(): Promise<World> {
  const clock = manualClock(NOW)
  const warnings: string[] = []
  const ctx = { db: database.db, clock, log: logInto(warnings) }
  const sandbox = await makeBook('test', 1_000)
  return {
    ctx,
    clock,
    warnings,
    sandbox,
    other: await makeBook('test', 0),
    live: await makeBook('live', 0),
    otherLive: await makeBook('live', 0),
    setPrice: (currency, usd) =>
      inDbTx(ctx, (dbTx) =>
        setSandboxPrice(ctx, dbTx, {
          book: sandbox,
          currency,
          usd: usd === null ? null : parseRate(usd),
        }),
      ),
  }
}

async function makeBook(environment: Environment, clockOffsetMs: number): Promise<Book> {
  booksMade += 1
  const orgId = `org_${booksMade}`
  await database.db.query('insert into organization values ($1, $1, now())', [orgId])
  const [row] = await database.db.query<{ bookId: BookId }>(
    `insert into book values ($1, $2, $3, $4, $5, now()) returning book_id as "bookId"`,
    [`book_${booksMade}`, orgId, environment, booksMade, clockOffsetMs],
  )
  assert.ok(row !== undefined)
  return { bookId: row.bookId, orgId, environment, clockOffsetMs }
}

function logInto(warnings: string[]): Log {
  const unplanned = () => assert.fail('nothing else is logged')
  const warn = (facts: object) => void warnings.push(String(Reflect.get(facts, 'source')))
  const log: Log = { debug: unplanned, info: unplanned, warn, error: unplanned, child: () => log }
  return log
}

/** A source of the outside world that says what the feed holds, as of now. */
function quoting(name: string, feed: Readonly<{ usd: Rate }>): RateSource {
  return {
    name,
    observe: ({ clock }, { currencies }) =>
      Promise.resolve(
        currencies.map((currency) => ({
          source: name,
          currency,
          usd: feed.usd,
          observedAt: clock.now(),
        })),
      ),
  }
}

const marketsOf = (sources: readonly RateSource[]) => ({
  ...defaultMarkets,
  live: { sources, policy: livePolicy },
})

const conversion = (value: ReturnType<typeof units>) => ({
  units: value,
  from: { currency: 'BTC', decimals: 8 },
  to: { currency: 'USD', decimals: 2 },
  mode: 'down' as const,
})

const unavailable = (currency: string, reason: string) => (error: unknown) =>
  isError(error, 'rates.rate_unavailable') &&
  error.context.currency === currency &&
  error.context.reason === reason
