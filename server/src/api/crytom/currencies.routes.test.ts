import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { createChains } from '../../main/chains.ts'
import { testShell } from '../../../test/shell.ts'
import { listCurrencies, listCurrencyPairs } from './currencies.routes.ts'

const routes = [listCurrencies, listCurrencyPairs]

test('the sandbox lists the document’s currencies and networks with their decimals', async () => {
  await using database = await testDatabase()
  const chains = createChains(testShell(database.db), [])
  await using api = await testApi(testApiCtx(database.db, { ports: { chains } }), { routes })
  const { json, text } = await api.call('/v1/currencies')
  const { data, status } = Object(json)
  assert.equal(status, 'success')
  const shown = new Map(
    Array.from<Record<string, unknown>>(data).map((one) => [
      `${String(one['currency'])} ${String(one['network'])}`,
      one,
    ]),
  )
  assert.equal(shown.get('USDT BSC')?.['precision'], 18)
  assert.equal(shown.get('BTC Bitcoin')?.['precision'], 8)
  assert.equal(
    shown.get('USDT BSC')?.['asset'],
    'eip155:56/erc20:0x55d398326f99059ff775485246999027b3197955',
  )
  for (const pair of ['USDC BNB Chain', 'USDT Tron', 'SOL Solana', 'DOT Polkadot', 'STX Stacks']) {
    assert.ok(shown.has(pair), pair)
  }
  assert.equal((await api.call('/v1/currencies/pairs')).text, text)
  assert.equal((await api.call('/v1/currencies')).text, text)
})

test('an environment lists only what it takes deposits of', async () => {
  await using database = await testDatabase()
  const chains = createChains(testShell(database.db), [])
  await using api = await testApi(testApiCtx(database.db, { ports: { chains } }), { routes })
  const live = await api.as(api.secretKeys.live)('/v1/currencies')
  assert.deepEqual(Object(live.json).data, [])
  const sandbox = await api.call('/v1/currencies')
  assert.equal(sandbox.text.includes('Anvil'), false)
})
