import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { testDatabase } from '../../test/database.ts'
import { exchangeWorld, type ExchangeWorld } from '../../test/exchange-world.ts'
import { isUnavailable } from '../../test/rate-world.ts'
import { formatRate } from '../money/rate.ts'
import { outboundRules } from '../shell/outbound/outbound-url.ts'

// One database for the file: every test has books of its own in it.
const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

const dollars = { 'USDT/USD': '1', 'USDC/USD': '1', 'EUR/USD': '1.08', 'GBP/USD': '1.27' }
const three = {
  kraken: { ...dollars, 'BTC/USD': '65000', 'USD/JPY': '160' },
  coinbase: { ...dollars, 'BTC/USD': '65100', 'USD/JPY': '160' },
  bitstamp: { ...dollars, 'BTC/USD': '65200' },
}

/** A request on one machine takes some dozens. */
const TURNS_MAX = 200_000

/** Waits until a request is there that a test wants to hang. */
async function askedAgain(asked: readonly string[], before: number): Promise<void> {
  for (let turns = 0; asked.length === before; turns += 1) {
    assert.ok(turns < TURNS_MAX, 'the exchange is not asked')
    await turn()
  }
}

const priceOf = async ({ rates, live }: ExchangeWorld, currency = 'BTC') => {
  const { usd, sources } = await rates.priceUsd(live, currency)
  return `${formatRate(usd)} by ${sources.join()}`
}

/** Faults seen to fail it: USDT taken for a dollar; the mean in the place of the median. */
test('the price is the median of exchanges, what they tell in USDT at the price of USDT', async () => {
  const usdt = { ...dollars, 'USDT/USD': '0.96' }
  await using world = await exchangeWorld(database.db, {
    kraken: { ...usdt, 'BTC/USD': '64900' },
    bitstamp: { ...usdt, 'BTC/USD': '66200' },
    binance: { 'BTC/USDT': '67708.333333333333' },
  })
  assert.equal(await priceOf(world), '64999.99999999999968 by binance,bitstamp,kraken')
  assert.equal(await priceOf(world, 'USDT'), '0.96 by bitstamp,kraken')
})

test('money of other countries has the rate of their markets, whichever way they are told', async () => {
  await using world = await exchangeWorld(database.db, three)
  assert.equal(await priceOf(world, 'EUR'), '1.08 by bitstamp,coinbase,kraken')
  assert.equal(await priceOf(world, 'JPY'), '0.00625 by coinbase,kraken')
  await assert.rejects(priceOf(world, 'CHF'), isUnavailable('CHF', 'no_source'))
})

/** Fault seen to fail it: the mean in the place of the median. */
test('an exchange that lies by half moves the price no further than the honest ones are', async () => {
  for (const liar of ['kraken', 'coinbase', 'bitstamp'] as const) {
    for (const lie of ['1.5', '0.5']) {
      await using world = await exchangeWorld(database.db, three)
      world.of(liar).state.lie = lie
      const { usd } = await world.rates.priceUsd(world.live, 'BTC')
      assert.match(formatRate(usd), /^65[012]00$/, `${liar} lies by ${lie}`)
    }
  }
})

test('of two exchanges that contradict one another neither is believed', async () => {
  const { kraken, bitstamp } = three
  await using world = await exchangeWorld(database.db, { kraken, bitstamp })
  world.of('kraken').state.lie = '1.5'
  await assert.rejects(priceOf(world), isUnavailable('BTC', 'disagreed'))
})

/** Fault seen to fail it: an exchange whose first answer was a failure given up for ever. */
test('an exchange that is down, busy or behind is left out, and two have to be left', async () => {
  await using world = await exchangeWorld(database.db, three)
  world.of('kraken').state.mood = 'down'
  world.of('bitstamp').state.ageMs = 61_000
  await assert.rejects(priceOf(world), isUnavailable('BTC', 'too_few_sources'))
  world.of('bitstamp').state.ageMs = 0
  world.of('kraken').state.mood = 'busy'
  world.ctx.clock.advance(60_000)
  assert.equal(await priceOf(world), '65150 by bitstamp,coinbase')
  assert.match(world.ctx.logged(), /kraken/)
  world.of('kraken').state.mood = 'well'
  world.ctx.clock.advance(60_000)
  assert.equal(await priceOf(world), '65100 by bitstamp,coinbase,kraken')
})

/** Fault seen to fail it: one that answered nonsense first asked by the same object again. */
test('an exchange that answers nonsense is left out, at once and later', async () => {
  const four = { ...three, binance: { 'BTC/USDT': '65100' } }
  for (const name of ['kraken', 'coinbase', 'bitstamp', 'binance'] as const) {
    await using world = await exchangeWorld(database.db, four)
    const { state } = world.of(name)
    const isLeftOut = async () => !(await priceOf(world)).includes(name)
    state.mood = 'nonsense'
    assert.ok(await isLeftOut(), `${name} in the beginning`)
    state.mood = 'well'
    world.ctx.clock.advance(61_000)
    assert.ok(!(await isLeftOut()), `${name} in between`)
    state.mood = 'nonsense'
    world.ctx.clock.advance(61_000)
    assert.ok(await isLeftOut(), `${name} later`)
  }
})

/** Fault seen to fail it: times ahead of ours taken for fresh. */
test('with prices of long ago, or of times to come, there is none', async () => {
  const { bitstamp } = three
  await using world = await exchangeWorld(database.db, {
    bitstamp,
    binance: { 'BTC/USDT': '65000' },
  })
  for (const ageMs of [61_000, -7_000]) {
    world.of('bitstamp').state.ageMs = ageMs
    world.of('binance').state.ageMs = ageMs
    world.ctx.clock.advance(60_000)
    await assert.rejects(priceOf(world), isUnavailable('BTC', 'stale'))
  }
})

test('a leap of all exchanges within ten minutes is not believed at once', async () => {
  await using world = await exchangeWorld(database.db, three)
  const leap = (lie: string) => {
    for (const name of ['kraken', 'coinbase', 'bitstamp'] as const) world.of(name).state.lie = lie
    world.ctx.clock.advance(11_000)
  }
  assert.match(await priceOf(world), /^65100 /)
  leap('1.3')
  await assert.rejects(priceOf(world), isUnavailable('BTC', 'jumped'))
  leap('1.1')
  assert.match(await priceOf(world), /^71610 /)
})

const HANGING = { timeout: 120_000 }

/** Faults seen to fail it: a hanging exchange awaited; its answer of before thrown away. */
test(
  'an exchange that hangs holds up nobody, and what it said before counts',
  HANGING,
  async () => {
    await using world = await exchangeWorld(database.db, three)
    assert.match(await priceOf(world), /coinbase/)
    const { state, asked } = world.of('coinbase')
    const before = asked.length
    state.mood = 'hanging'
    world.ctx.clock.advance(10_000)
    const asking = priceOf(world)
    await askedAgain(asked, before)
    world.ctx.clock.advance(1_000)
    assert.equal(await asking, '65100 by bitstamp,coinbase,kraken')
  },
)

test('an exchange that hangs from the beginning is left out in the end', HANGING, async () => {
  await using world = await exchangeWorld(database.db, three)
  const { state, asked } = world.of('kraken')
  state.mood = 'down'
  assert.equal(await priceOf(world), '65150 by bitstamp,coinbase')
  state.mood = 'hanging'
  const before = asked.length
  world.ctx.clock.advance(5_000)
  const asking = priceOf(world)
  await askedAgain(asked, before)
  world.ctx.clock.advance(3_000)
  assert.equal(await asking, '65150 by bitstamp,coinbase')
})

/** Faults seen to fail it: every caller asking for himself; no pause after a failure. */
test('whoever asks at the same time shares a question, and an exchange that failed has a pause', async () => {
  await using world = await exchangeWorld(database.db, three)
  const { asked } = world.of('bitstamp')
  const { asked: busy, state } = world.of('kraken')
  state.mood = 'busy'
  const books = [world.live, world.otherLive]
  for (const currency of ['BTC', 'EUR', 'ETH']) {
    await Promise.all(
      Array.from({ length: 20 }, (_, place) =>
        world.rates.pricesUsd(books[place % 2] ?? world.live, [currency, 'GBP']),
      ),
    )
  }
  assert.deepEqual(
    asked.filter((path) => path.includes('ticker')),
    ['/api/v2/ticker/'],
  )
  const failed = busy.length
  world.ctx.clock.advance(4_999)
  await priceOf(world)
  assert.equal(busy.length, failed)
  world.ctx.clock.advance(1)
  await priceOf(world)
  assert.ok(busy.length > failed)
})

/** Seen to fail while the list of markets was kept: the pair that was gone silenced its exchange. */
test('a market that is listed no more takes its exchange away for a pause alone', async () => {
  await using world = await exchangeWorld(database.db, three)
  assert.equal(await priceOf(world), '65100 by bitstamp,coinbase,kraken')
  const { state } = world.of('kraken')
  state.prices = { ...dollars, 'BTC/USD': '65000' }
  for (let asked = 0; asked < 2; asked += 1) {
    world.ctx.clock.advance(61_000)
    await priceOf(world)
  }
  assert.equal(await priceOf(world), '65100 by bitstamp,coinbase,kraken')
})

test('a sandbox never asks an exchange, and a live book no other machine of ours', async () => {
  await using sandbox = await exchangeWorld(database.db, three)
  const price = await sandbox.rates.priceUsd(sandbox.sandbox, 'BTC')
  assert.deepEqual(price.sources, ['sandbox'])
  assert.deepEqual(sandbox.of('kraken').asked, [])
  await using guarded = await exchangeWorld(database.db, three, outboundRules('live'))
  await assert.rejects(priceOf(guarded), isUnavailable('BTC', 'no_source'))
  assert.deepEqual(guarded.of('kraken').asked, [])
})
