import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { readConfig, settings } from './config.ts'

test('without any variable every setting has its documented default', () => {
  const config = readConfig({})
  assert.equal(config.port, 4000)
  assert.equal(config.databaseUrl, '')
  assert.match(config.dataDirectory, /\.coffer$/)
  assert.deepEqual(config.trustedProxies, [])
})

test('an unusable setting is named, and a secret value is not repeated', () => {
  for (const port of ['-1', '65536', 'http', '4000.5', '1e3']) {
    assert.throws(
      () => readConfig({ PORT: port }),
      (error) => isError(error, 'shell.setting_invalid') && error.context.env === 'PORT',
    )
  }
  assert.throws(
    () => readConfig({ COFFER_MASTER_KEY: 'hunter2' }),
    (error) => error instanceof Error && !error.message.includes('hunter2'),
  )
})

test('no two settings share a variable', () => {
  const names = Object.values(settings).map((one) => one.env)
  assert.equal(new Set(names).size, names.length)
})

test('rates come from two exchanges or more, or from none', () => {
  const names = (text: string) => readConfig({ COFFER_RATE_SOURCES: text }).rateSources
  assert.deepEqual(names('bitstamp, kraken,bitstamp'), ['bitstamp', 'kraken'])
  assert.deepEqual(names('off'), [])
  for (const text of ['kraken', 'kraken,kraken', 'kraken,mtgox', 'kraken,off']) {
    assert.throws(
      () => names(text),
      (error) => isError(error, 'shell.setting_invalid'),
    )
  }
})
