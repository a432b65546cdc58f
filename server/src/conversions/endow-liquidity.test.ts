import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { giveUnits, holdings } from '../../test/conversion-world.ts'
import { testDatabase } from '../../test/database.ts'
import { workedSandbox } from '../../test/sandbox-workers.ts'
import { isError } from '../errors/app-error.ts'
import { resolveAsset } from '../money/alias.ts'
import { parseUnits } from '../money/amount.ts'
import { parseRate } from '../money/rate.ts'
import { sandboxMarkets } from '../rates/markets.ts'
import { createRates } from '../rates/rates.ts'
import { addFunds } from '../sandbox/add-funds.action.ts'
import { mineBlocks, reorgChain } from '../sandbox/play-chain.action.ts'
import { inDbTx } from '../shell/db.ts'
import { convert, prepareConversion } from './convert.action.ts'
import { endowLiquidity } from './endow-liquidity.action.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

async function endowedSandbox() {
  const { ctx: sandbox, book, live } = await workedSandbox(database.db)
  // Sleeping lets the workers work; the limit of a source must not, or it is always reached.
  const clock = { ...sandbox.clock, sleep: () => new Promise<void>(() => undefined) }
  const rates = createRates({ ...sandbox, clock }, sandboxMarkets)
  const ctx = { ...sandbox, rates }
  const bitcoin = resolveAsset({ currency: 'BTC' })
  await giveUnits(ctx, book, {
    ...{ asset: bitcoin, units: parseUnits('1000', 8), purpose: 'merchant.available' },
  })
  const exchange = async (amount: string, toCurrency = 'USDT_TRC20') => {
    const prepared = await prepareConversion(ctx, book, {
      ...{ fromCurrency: 'BTC', fromNetwork: undefined, toCurrency, toNetwork: undefined, amount },
      ...{ externalId: undefined, customerId: undefined, metadata: '{}' },
    })
    return inDbTx(ctx, (dbTx) => convert(ctx, dbTx, { book, prepared }))
  }
  return { ctx, book, live, exchange }
}

const usdt = { asset: resolveAsset({ currency: 'USDT_TRC20' }), price: priceOf('1') }

function priceOf(usd: string) {
  return { currency: 'USDT', usd: parseRate(usd), at: 0, sources: [] }
}

/** Seen to fail on: the deposit credited to what the organization may spend. */
test('a sandbox that wants an asset for the first time is brought ten million dollars of it, once', async () => {
  const { ctx, book, exchange } = await endowedSandbox()
  await exchange('1')
  const tenMillion = 10_000_000_000_000n
  const after = await holdings(ctx, book)
  assert.equal(after['custody USDT_TRC20'], tenMillion)
  assert.equal(after['liquidity USDT_TRC20'], tenMillion - 65_000_500_000n)
  assert.equal(after['merchant.available USDT_TRC20'], 65_000_500_000n)
  await assert.rejects(exchange('160'), (error) =>
    isError(error, 'conversions.insufficient_liquidity'),
  )
  assert.equal((await holdings(ctx, book))['custody USDT_TRC20'], tenMillion)
  const ether = await exchange('1', 'ETH')
  assert.equal(ether.isNew, true)
})

/** Seen to fail on: each of them asking for one. */
test('callers who come at the same moment are all served from one endowment', async () => {
  const { ctx, book } = await endowedSandbox()
  await Promise.all(Array.from({ length: 8 }, () => endowLiquidity(ctx, book, usdt)))
  assert.equal((await holdings(ctx, book))['liquidity USDT_TRC20'], 10_000_000_000_000n)
})

/** Seen to fail on: every deposit of that amount taken for the endowment. */
test('what the organization funds itself with, even as much, is its own', async () => {
  const { ctx, book } = await endowedSandbox()
  await endowLiquidity(ctx, book, usdt)
  await addFunds(ctx, book, { currency: 'USDT', network: 'Tron', amount: '10000000' })
  const held = await holdings(ctx, book)
  assert.equal(held['liquidity USDT_TRC20'], 10_000_000_000_000n)
  assert.equal(held['merchant.available USDT_TRC20'], 10_000_000_000_000n)
})

test('somebody who was stopped before he sent it does not keep it from others for ever', async () => {
  const { ctx, book } = await endowedSandbox()
  const asked = `insert into liquidity_endowment (book_id, asset, units, asked_at)
    values ($1, $2, 7000000, $3)`
  await ctx.db.query(asked, [book.bookId, usdt.asset.id, new Date(ctx.clock.now())])
  await endowLiquidity(ctx, book, usdt)
  assert.equal((await holdings(ctx, book))['liquidity USDT_TRC20'], undefined)
  await ctx.clock.sleep(60_000)
  await endowLiquidity(ctx, book, usdt)
  assert.equal((await holdings(ctx, book))['liquidity USDT_TRC20'], 7_000_000n)
})

test('a live book is brought nothing', async () => {
  const { ctx, live } = await endowedSandbox()
  await endowLiquidity(ctx, live, usdt)
  const asked = 'select 1 from liquidity_endowment where book_id = $1'
  assert.deepEqual(await ctx.db.query(asked, [live.bookId]), [])
})

/** Seen to fail on: a deposit that counts as the endowment only the first time. */
test('a fork that takes the endowment back takes it from the liquidity, and brings it there again', async () => {
  const { ctx, book } = await endowedSandbox()
  await endowLiquidity(ctx, book, usdt)
  const tron = { network: 'Tron' }
  await reorgChain(ctx, book, { ...tron, depth: 25, drop: [] })
  await mineBlocks(ctx, book, { ...tron, blocks: 40 })
  for (let looks = 0; looks < 20; looks += 1) await ctx.clock.sleep(1_000)
  const held = await holdings(ctx, book)
  assert.deepEqual(
    [held['liquidity USDT_TRC20'], held['merchant.available USDT_TRC20']],
    [10_000_000_000_000n, undefined],
  )
})
