import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/database.ts'
import { isUnavailable, rateWorld, SANDBOX_AHEAD_MS } from '../../test/rate-world.ts'
import { isError } from '../errors/app-error.ts'
import { parseUnits } from '../money/amount.ts'
import { fiatCodes } from '../money/fiat.ts'
import { applyRate, formatRate, parseRate } from '../money/rate.ts'
import { assets } from '../money/registry.ts'
import { units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import { inDbTx } from '../shell/db.ts'
import { createRates } from './rates.ts'
import { setSandboxPrice } from './set-sandbox-price.action.ts'

// One database for the file: every test has books of its own in it.
const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

test('a sandbox has a price for every currency of the registry and for thirty fiat ones', async () => {
  const world = await rateWorld(database.db)
  const rates = createRates(world.ctx)
  for (const asset of assets) {
    const price = await rates.priceUsd(world.sandbox, asset.code)
    assert.deepEqual(price.sources, ['sandbox'])
    assert.equal(price.at, world.ctx.clock.now() + SANDBOX_AHEAD_MS)
  }
  const fiat = await rates.pricesUsd(world.sandbox, fiatCodes)
  assert.ok(fiat.size > 30 && fiat.size < fiatCodes.length)
  assert.equal(formatRate((await rates.priceUsd(world.sandbox, 'BTC')).usd), '65000.5')
})

test('a price that the owner sets holds in that sandbox alone', async () => {
  const world = await rateWorld(database.db)
  const rates = createRates(world.ctx)
  await world.setPrice('btc', '12345.67')
  const price = async (book: Book) => formatRate((await rates.priceUsd(book, 'BTC')).usd)
  assert.equal(await price(world.sandbox), '12345.67')
  assert.equal(await price(world.other), '65000.5')
  await world.setPrice('BTC', '1e-18')
  assert.equal(await price(world.sandbox), '0.000000000000000001')
})

/** Fault seen to fail it: a removed price falling back to its default. */
test('a price that is taken away leaves the currency without a rate until it is set again', async () => {
  const world = await rateWorld(database.db)
  const rates = createRates(world.ctx)
  await world.setPrice('USDT_BSC', null)
  await assert.rejects(rates.priceUsd(world.sandbox, 'USDT'), isUnavailable('USDT', 'no_source'))
  await assert.rejects(
    rates.crossRate(world.sandbox, 'BTC', 'USDT'),
    isUnavailable('USDT', 'no_source'),
  )
  const others = await rates.pricesUsd(world.sandbox, ['USDT', 'USDT_BSC', 'USDC'])
  assert.deepEqual([...others.keys()], ['USDC'])
  await world.setPrice('USDT', '0.99')
  assert.equal(formatRate((await rates.priceUsd(world.sandbox, 'USDT')).usd), '0.99')
})

test('the coin of Base always has the price of ether', async () => {
  const world = await rateWorld(database.db)
  const rates = createRates(world.ctx)
  assert.equal(await world.setPrice('BASE', '4000'), 'ETH')
  assert.equal(formatRate((await rates.priceUsd(world.sandbox, 'ETH')).usd), '4000')
  assert.equal(formatRate((await rates.crossRate(world.sandbox, 'BASE', 'ETH')).rate), '1')
})

test('the dollar needs no source, is 1 and cannot be set', async () => {
  const world = await rateWorld(database.db)
  const rates = createRates(world.ctx)
  assert.equal(formatRate((await rates.priceUsd(world.live, 'usd')).usd), '1')
  await assert.rejects(world.setPrice('USD', '2'), (error) =>
    isError(error, 'rates.price_not_settable'),
  )
})

test('a live book has no rate where no source of live prices is settled', async () => {
  const world = await rateWorld(database.db)
  const rates = createRates(world.ctx)
  await assert.rejects(rates.priceUsd(world.live, 'BTC'), isUnavailable('BTC', 'no_source'))
  await assert.rejects(
    rates.convert(world.live, conversion(units(1n))),
    isUnavailable('BTC', 'no_source'),
  )
  assert.equal((await rates.pricesUsd(world.live, ['BTC', 'EUR'])).size, 0)
})

test('what is no currency is refused before any price is read', async () => {
  const world = await rateWorld(database.db)
  const rates = createRates(world.ctx)
  const unknown = (error: unknown) => isError(error, 'money.unknown_currency')
  await assert.rejects(rates.priceUsd(world.sandbox, 'XYZ'), unknown)
  await assert.rejects(rates.crossRate(world.sandbox, 'BTC', ''), unknown)
  await assert.rejects(world.setPrice('XYZ', '1'), unknown)
})

test('what is converted is exactly what the rate beside it says', async () => {
  const world = await rateWorld(database.db)
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

test('prices are set in a sandbox and never in a live book', async () => {
  const world = await rateWorld(database.db)
  const setting = inDbTx(world.ctx, (dbTx) =>
    setSandboxPrice(world.ctx, dbTx, { book: world.live, currency: 'BTC', usd: parseRate('1') }),
  )
  await assert.rejects(setting, /in a sandbox alone/)
})

test('the database refuses a price that is none', async () => {
  const world = await rateWorld(database.db)
  for (const usd of ['0', '0.00', '-1', 'NaN', '', '1e5']) {
    const writing = world.ctx.db.query(
      'insert into sandbox_price (book_id, currency, usd, set_at) values ($1, $2, $3, now())',
      [world.sandbox.bookId, 'BTC', usd],
    )
    await assert.rejects(writing, /sandbox_price_usd_check/)
  }
})

const conversion = (value: ReturnType<typeof units>) => ({
  units: value,
  from: { currency: 'BTC', decimals: 8 },
  to: { currency: 'USD', decimals: 2 },
  mode: 'down' as const,
})
