import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { codesOf } from './alias.ts'
import { resolveCurrency } from './currency.ts'
import { fiatCodes, fiatDigits, isFiat } from './fiat.ts'
import { assets } from './registry.ts'

test('a fiat currency has the digits of its minor unit', () => {
  const expected = { USD: 2, eur: 2, JPY: 0, KRW: 0, KWD: 3, BHD: 3, CLP: 0, IQD: 3, CHF: 2 }
  for (const [code, digits] of Object.entries(expected)) assert.equal(fiatDigits(code), digits)
  for (const text of ['BTC', 'XTS', 'XAU', 'US', 'USDT', '', 'ſek', 'HRK']) assert.ok(!isFiat(text))
})

test('every fiat code is one that the platform knows by name, and stands once', () => {
  const names = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' })
  // Newer than some of the name tables that platforms carry.
  const recent = ['XCG', 'ZWG']
  const unnamed = fiatCodes.filter((code) => !recent.includes(code) && names.of(code) === undefined)
  assert.deepEqual(unnamed, [])
  assert.equal(new Set(fiatCodes).size, fiatCodes.length)
})

test('a currency is found by symbol, code or id, whatever its network', () => {
  assert.deepEqual(resolveCurrency('usd'), { kind: 'fiat', symbol: 'USD', decimals: 2 })
  for (const asset of assets) {
    for (const text of [asset.currency, ...codesOf(asset)]) {
      const { kind, symbol } = resolveCurrency(text.toLowerCase())
      assert.equal(kind, 'crypto')
      assert.equal(symbol, asset.currency, text)
    }
  }
})

test('the coin of Base has the price of ether, and MATIC is found as POL', () => {
  assert.deepEqual(resolveCurrency('BASE'), { kind: 'crypto', symbol: 'BASE', pricedAs: 'ETH' })
  assert.deepEqual(resolveCurrency('ETH'), { kind: 'crypto', symbol: 'ETH', pricedAs: 'ETH' })
  assert.deepEqual(resolveCurrency('POL'), { kind: 'crypto', symbol: 'MATIC', pricedAs: 'MATIC' })
})

test('what is no currency is refused', () => {
  for (const text of ['', 'XYZ', 'Bitcoin', 'TRC20', '__proto__']) {
    assert.throws(
      () => resolveCurrency(text),
      (error) => isError(error, 'money.unknown_currency'),
    )
  }
})
