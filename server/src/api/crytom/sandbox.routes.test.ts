import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testApi, testApiCtx, type Client } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { adapterOf } from '../../../test/sandbox.ts'
import { workedSandbox } from '../../../test/sandbox-workers.ts'
import { watching } from '../../chains/contract-follow.suite.ts'
import * as chainRoutes from './sandbox-chains.routes.ts'
import * as otherRoutes from './sandbox.routes.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

const routes = [...Object.values(chainRoutes), ...Object.values(otherRoutes)]
const ADDRESS = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'
const deposit = { address: ADDRESS, currency: 'BTC', network: 'Bitcoin', amount: '0.5' }

/** An API of one organization whose sandbox is worked on whenever somebody waits. */
async function open() {
  const { ctx } = await workedSandbox(database.db)
  const shell = { ...testApiCtx(database.db), ...ctx }
  const api = await testApi(shell, { routes })
  const adapter = adapterOf(ctx, api.organization.test, 'Bitcoin')
  return { api, adapter, clock: shell.clock, ctx: shell }
}

/** Posts to the sandbox and gives the answer's data, or its refusal as `status code`. */
async function post(call: Client, path: string, body: object): Promise<unknown> {
  const { json } = await call(`/v1/sandbox/${path}`, { body })
  if (typeof json !== 'object' || json === null) return json
  return 'data' in json ? json.data : 'error' in json ? json.error : json
}

test('a payer, a miner, a fork and a replacement are played over the wire', async () => {
  const { api, adapter } = await open()
  await using _ = api
  const { latest } = await adapter.tips()
  const sent = await api.call('/v1/sandbox/deposits', { body: { ...deposit, confirmations: 2 } })
  assert.equal(sent.status, 201)
  const block = await post(api.call, 'chains/mine', { network: 'BTC', blocks: 3 })
  const tip = (await adapter.tips()).latest
  assert.deepEqual(block, { network: 'Bitcoin', height: latest.height + 5, block_hash: tip.hash })
  const forked = await post(api.call, 'chains/reorg', { network: 'Bitcoin', depth: 2 })
  const after = (await adapter.tips()).latest
  assert.deepEqual(forked, { network: 'Bitcoin', height: tip.height, block_hash: after.hash })
  assert.notEqual(after.hash, tip.hash)
  await post(api.call, 'deposits', { ...deposit, kind: 'replaceable' })
  const [waiting] = await adapter.pending(watching([ADDRESS]))
  const body = { tx_hash: waiting?.txHash }
  const replaced = await api.call('/v1/sandbox/chains/replace', { body })
  assert.equal(replaced.status, 200)
  assert.deepEqual(await adapter.pending(watching([ADDRESS])), [])
})

test('a deposit answers what was sent, in the words of the registry', async () => {
  const { api, adapter } = await open()
  await using _ = api
  const answer = await post(api.call, 'deposits', {
    address: ADDRESS.toUpperCase(),
    currency: 'btc',
    amount: 1e-8,
  })
  const [waiting] = await adapter.pending(watching([ADDRESS]))
  assert.deepEqual(answer, {
    tx_hash: waiting?.txHash,
    address: ADDRESS,
    currency: 'BTC',
    network: 'Bitcoin',
    amount: '0.00000001',
  })
})

test('the behaviour of a node is told whole, whatever of it was changed', async () => {
  const { api } = await open()
  await using _ = api
  const usual = {
    network: 'Bitcoin',
    auto_mine: true,
    halt: false,
    fee: null,
    refuse_broadcasts: false,
    forget_broadcasts: false,
    lie: 'none',
  }
  const set = (change: object) =>
    post(api.call, 'chains/behaviour', { network: 'Bitcoin', ...change })
  assert.deepEqual(await set({}), usual)
  const changed = { ...usual, auto_mine: false, fee: '0.0001', lie: 'transfers' }
  assert.deepEqual(await set({ auto_mine: false, fee: 0.0001, lie: true }), changed)
  assert.deepEqual(await set({ fee: null, lie: 'blocks' }), {
    ...changed,
    fee: null,
    lie: 'blocks',
  })
  assert.deepEqual(await set({ auto_mine: true, lie: false }), usual)
})

test('the clock, the prices and the money of a sandbox are changed over the wire', async () => {
  const { api, clock, ctx } = await open()
  await using _ = api
  const { test: book } = api.organization
  const now = new Date(clock.now() + 90_000).toISOString()
  assert.deepEqual(await post(api.call, 'clock/advance', { seconds: 90 }), { now })
  const price = { currency: 'btc', price_usd: '65000.5' }
  assert.deepEqual(await post(api.call, 'prices', price), { currency: 'BTC', price_usd: 65000.5 })
  const rate = await ctx.rates.priceUsd(book, 'BTC')
  assert.deepEqual(rate.usd, { mantissa: 650_005n, scale: 1 })
  const gone = await post(api.call, 'prices', { currency: 'BTC', price_usd: null })
  assert.deepEqual(gone, { currency: 'BTC', price_usd: null })
  await assert.rejects(ctx.rates.priceUsd(book, 'BTC'))
  const funds = await api.call('/v1/sandbox/funds', { body: { currency: 'TRX', amount: 25 } })
  assert.equal(funds.status, 201)
  assert.match(funds.text, /"amount":"25".*"status":"available"/)
})

/** Seen to fail with the sandbox's keys not asked for before the body is read. */
test('for a live key there is no sandbox, whatever it sends', async () => {
  const { api } = await open()
  await using _ = api
  const live = api.as(api.secretKeys.live)
  for (const { path } of routes) {
    for (const body of [{}, { network: 'Bitcoin', blocks: 1 }]) {
      const refused = await live(path, { body })
      assert.equal(refused.status, 404, path)
      assert.match(refused.text, /"error":"test_key_needed"/)
    }
  }
})

test('each refusal of the sandbox comes with its status and code', async () => {
  const { api } = await open()
  await using _ = api
  const bitcoin = { network: 'Bitcoin' }
  const hour = 3_600
  const cases: readonly (readonly [string, object, number, string])[] = [
    ['deposits', { ...deposit, address: 'x' }, 400, 'deposit_address_invalid'],
    ['deposits', { ...deposit, kind: 'internal' }, 422, 'kind_not_playable'],
    ['deposits', { ...deposit, amount: '1e-9' }, 400, 'amount_too_precise'],
    ['deposits', { ...deposit, amount: 0 }, 400, 'invalid_request'],
    ['deposits', { ...deposit, kind: 'gift' }, 400, 'invalid_request'],
    ['deposits', { ...deposit, currency: 'ETH', network: 'Anvil' }, 422, 'chain_not_playable'],
    ['chains/mine', { ...bitcoin, blocks: 0 }, 400, 'invalid_request'],
    ['chains/mine', { ...bitcoin, blocks: 1_001 }, 400, 'invalid_request'],
    ['chains/mine', { network: 'Mars', blocks: 1 }, 400, 'unknown_network'],
    ['chains/mine', { network: 'ERC20', blocks: 1 }, 400, 'ambiguous_network'],
    ['chains/reorg', { ...bitcoin, depth: 101 }, 400, 'invalid_request'],
    ['chains/reorg', { ...bitcoin, depth: 1, drop: ['00'] }, 404, 'transaction_not_there'],
    ['chains/replace', { tx_hash: '00' }, 404, 'transaction_not_there'],
    ['chains/behaviour', { ...bitcoin, hallt: true }, 400, 'invalid_request'],
    ['chains/behaviour', { ...bitcoin, fee: '1e-9' }, 400, 'amount_too_precise'],
    ['chains/behaviour', { ...bitcoin, fee: '1000000.00000001' }, 400, 'fee_out_of_range'],
    ['clock/advance', { seconds: 0 }, 400, 'invalid_request'],
    ['clock/advance', { seconds: 367 * 24 * hour }, 400, 'invalid_request'],
    ['prices', { currency: 'USD', price_usd: 1 }, 400, 'price_not_settable'],
    ['prices', { currency: 'BTC', price_usd: '1000000000000000000.1' }, 400, 'price_out_of_range'],
    ['prices', { currency: 'BTC', price_usd: '1e-19' }, 400, 'price_out_of_range'],
    ['prices', { currency: 'DOGE', price_usd: 1 }, 400, 'unknown_currency'],
    ['funds', { currency: 'TUSD', amount: 1 }, 422, 'chain_not_playable'],
  ]
  for (const [path, body, status, code] of cases) {
    const answer = await api.call(`/v1/sandbox/${path}`, { body })
    assert.equal(answer.status, status, `${path} ${answer.text}`)
    assert.match(answer.text, new RegExp(`"error":"${code}"`), path)
  }
})

test('what was mined or sent cannot be replaced, and the answer says why', async () => {
  const { api } = await open()
  await using _ = api
  const sent = await api.call('/v1/sandbox/deposits', { body: deposit })
  const [, tx_hash] = /"tx_hash":"([^"]+)"/.exec(sent.text) ?? []
  const answer = await api.call('/v1/sandbox/chains/replace', { body: { tx_hash } })
  assert.equal(answer.status, 409)
  assert.match(answer.text, /"error":"not_replaceable".*is waiting and cannot be replaced/)
})
