import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareRates, formatRate, multiplyRates, parseRate } from '../money/rate.ts'
import { inDollars, type MarketPrice } from './market-price.ts'
import { livePolicy } from './price.ts'
import { chooseMarkets, priceIn } from './ticker.ts'

const NOW = 1_800_000_000_000

const market = (symbol: string) => {
  const [base = '', quote = ''] = symbol.split('/')
  return { symbol, base, quote }
}

const chosen = (currency: string, symbols: readonly string[]): string => {
  const [one] = chooseMarkets(symbols.map(market), [currency])
  return one === undefined ? 'none' : `${one.inverse ? '1/' : ''}${one.symbol} in ${one.pricedIn}`
}

/** Faults seen to fail it: stable tokens before dollars; a coin's price read from an inverse. */
test('a market in dollars is preferred, and money is also read the other way round', () => {
  assert.equal(chosen('BTC', ['BTC/USDT', 'BTC/EUR', 'BTC/USD', 'BTC/USDC']), 'BTC/USD in USD')
  assert.equal(chosen('BTC', ['BTC/USDT', 'BTC/USDC']), 'BTC/USDC in USDC')
  assert.equal(chosen('JPY', ['USDT/JPY', 'USD/JPY']), '1/USD/JPY in USD')
  assert.equal(chosen('EUR', ['EUR/USDT']), 'EUR/USDT in USDT')
  assert.equal(chosen('BTC', ['USD/BTC', 'BTC/EUR']), 'none')
  assert.equal(chosen('USDC', ['USDC/USDT']), 'USDC/USDT in USDT')
})

test('a coin is found under the name that exchanges have for it, and the test dollar nowhere', () => {
  assert.equal(chosen('MATIC', ['MATIC/USD', 'POL/USD']), 'POL/USD in USD')
  assert.equal(chosen('TUSD', ['TUSD/USD', 'TUSD/USDT']), 'none')
})

test('a price is the middle of bid and ask, else the last trade, and nothing where they are crossed', () => {
  const straight = { inverse: false }
  const price = (bid?: string, ask?: string, last?: string): string | undefined => {
    const found = priceIn({ bid, ask, last }, straight)
    return found && formatRate(found)
  }
  assert.equal(price('99', '101', '5'), undefined, 'too far apart')
  assert.equal(price('100', '101', '5'), '100.5')
  assert.equal(price('101', '100', '5'), undefined)
  assert.equal(price(undefined, '100', '5'), '5')
  assert.equal(price(), undefined)
  const inverse = priceIn({ bid: '125', ask: '125', last: undefined }, { inverse: true })
  assert.equal(inverse && formatRate(inverse), '0.008')
})

const rate = fc.integer({ min: 1, max: 10_000 }).map((cents) => parseRate(`${cents}e-2`))
const told = (source: string, currency: string, more: Partial<MarketPrice>): MarketPrice => ({
  source,
  currency,
  pricedIn: 'USD',
  price: parseRate('1'),
  observedAt: NOW,
  ...more,
})

/** Faults seen to fail it: a stable token taken for a dollar; its price taken from one source. */
test('what is told in a stable token is worth what that token is worth by two sources', () => {
  fc.assert(
    fc.property(rate, rate, (price, worth) => {
      const direct = [told('b', 'USDT', { price: worth }), told('c', 'USDT', { price: worth })]
      const inToken = told('a', 'BTC', { price, pricedIn: 'USDT' })
      const options = { now: NOW, policy: livePolicy }
      const [bitcoin] = inDollars([inToken, ...direct], options).filter(
        (one) => one.currency === 'BTC',
      )
      assert.ok(bitcoin !== undefined)
      assert.equal(compareRates(bitcoin.usd, multiplyRates(price, worth)), 0)
      const alone = inDollars([inToken, ...direct.slice(1)], options)
      assert.ok(alone.every((one) => one.currency !== 'BTC'))
      const stale = direct.map((one) => ({ ...one, observedAt: NOW - 60_001 }))
      assert.ok(inDollars([inToken, ...stale], options).every((one) => one.currency !== 'BTC'))
    }),
  )
})
