import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { isUnavailable, liveMarkets, quoting, rateWorld } from '../../test/rate-world.ts'
import { formatRate, parseRate } from '../money/rate.ts'
import type { Book } from '../shell/book.ts'
import type { RateSource } from './rate-source.ts'
import { createRates } from './rates.ts'

// One database for the file: every test has books of its own in it.
const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

/** Faults seen to fail it: the measure not kept, kept for a refused price, kept across books. */
test('a leap is refused until the last accepted price is too old to measure by', async () => {
  const world = await rateWorld(database.db)
  const feed = { usd: parseRate('100') }
  const rates = createRates(world.ctx, liveMarkets([quoting('a', feed), quoting('b', feed)]))
  const price = async (book: Book) => formatRate((await rates.priceUsd(book, 'BTC')).usd)
  assert.equal(await price(world.live), '100')
  feed.usd = parseRate('150')
  await assert.rejects(price(world.live), isUnavailable('BTC', 'jumped'))
  await assert.rejects(price(world.live), isUnavailable('BTC', 'jumped'))
  assert.equal(await price(world.otherLive), '150')
  world.ctx.clock.advance(600_000)
  await assert.rejects(price(world.live), isUnavailable('BTC', 'jumped'))
  world.ctx.clock.advance(1)
  assert.equal(await price(world.live), '150')
  feed.usd = parseRate('130')
  assert.equal(await price(world.live), '130')
})

/** Fault seen to fail it: the measure renewed only when the price changes. */
test('a price that stands still stays the measure', async () => {
  const world = await rateWorld(database.db)
  const feed = { usd: parseRate('100') }
  const rates = createRates(world.ctx, liveMarkets([quoting('a', feed), quoting('b', feed)]))
  for (let minute = 0; minute < 12; minute += 1) {
    await rates.priceUsd(world.live, 'BTC')
    world.ctx.clock.advance(60_000)
  }
  feed.usd = parseRate('150')
  await assert.rejects(rates.priceUsd(world.live, 'BTC'), isUnavailable('BTC', 'jumped'))
})

/** Fault seen to fail it: the measure renewed only when it grows old. */
test('a price that climbs in small steps is believed at each step', async () => {
  const world = await rateWorld(database.db)
  const feed = { usd: parseRate('100') }
  const rates = createRates(world.ctx, liveMarkets([quoting('a', feed), quoting('b', feed)]))
  for (const usd of ['100', '115', '130', '150', '130']) {
    feed.usd = parseRate(usd)
    world.ctx.clock.advance(1)
    assert.equal(formatRate((await rates.priceUsd(world.live, 'BTC')).usd), usd)
  }
})

test('many processes that accept prices at once leave the latest as the measure', async () => {
  const world = await rateWorld(database.db)
  const feed = { usd: parseRate('100') }
  const markets = liveMarkets([quoting('a', feed), quoting('b', feed)])
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
test(
  'a source that fails or stays silent is left out, and the others still make a price',
  {
    timeout: 20_000,
  },
  async () => {
    const world = await rateWorld(database.db)
    const feed = { usd: parseRate('100') }
    const broken: RateSource = { name: 'broken', observe: () => Promise.reject(new Error('down')) }
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
    const observe = (): Promise<never> => {
      ask()
      return new Promise(() => undefined)
    }
    const silent: RateSource = { name: 'silent', observe }
    const sources = [quoting('a', feed), broken, silent, quoting('b', feed)]
    const rates = createRates(world.ctx, liveMarkets(sources))
    const asking = rates.priceUsd(world.live, 'BTC')
    await asked
    world.ctx.clock.advance(3_000)
    assert.deepEqual((await asking).sources, ['a', 'b'])
    assert.match(world.ctx.logged(), /"broken".*a rate source failed/)
    assert.match(world.ctx.logged(), /"silent".*a rate source did not answer in time/)
  },
)

test('one source alone is not enough for live money', async () => {
  const world = await rateWorld(database.db)
  const rates = createRates(world.ctx, liveMarkets([quoting('a', { usd: parseRate('100') })]))
  await assert.rejects(rates.priceUsd(world.live, 'BTC'), isUnavailable('BTC', 'too_few_sources'))
})
