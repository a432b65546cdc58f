import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { rateWorld, type RateWorld } from '../../test/rate-world.ts'
import { isError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { createChains } from '../main/chains.ts'
import { resolveAsset } from '../money/alias.ts'
import { parseUnits } from '../money/amount.ts'
import { units } from '../money/units.ts'
import { createRates } from '../rates/rates.ts'
import { setBehaviour } from '../sandbox/play-chain.action.ts'
import { createSandboxNodes } from '../sandbox/sandbox-nodes.ts'
import type { Book } from '../shell/book.ts'
import { inDbTx, openDb, type Db } from '../shell/db.ts'
import { currentFeeQuote, feeQuoteFor, type FeeQuoteCtx } from './fee-quote.action.ts'
import { setPayoutFees } from './fee-settings.action.ts'

// One database for the file: every test has books of its own in it.
const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

const usdt = resolveAsset({ currency: 'USDT', network: 'BSC' })
const btc = resolveAsset({ currency: 'BTC' })

const quotingIn = ({ ctx }: RateWorld, db: Db = ctx.db): FeeQuoteCtx => {
  const own = { ...ctx, db }
  return { ...own, chains: createChains(own, []), rates: createRates(own) }
}

const halt = (world: RateWorld, network: string, isHalted: boolean): Promise<unknown> => {
  const ctx = quotingIn(world)
  const nodes = createSandboxNodes(ctx, new Map())
  return setBehaviour({ ...ctx, nodes }, world.sandbox, { network, change: { halt: isHalted } })
}

const isRefusal = (code: ErrorCode) => (error: unknown) => isError(error, code)

/** Faults seen to fail it: the guard of the upsert left out; nobody asking again who lost. */
test('many who ask at once, in several processes, all get the same quote', async () => {
  const world = await rateWorld(database.db)
  await using pool = openDb(database.url, { connectionsMax: 3 })
  await using other = openDb(database.url, { connectionsMax: 3 })
  const processes = [quotingIn(world), quotingIn(world, pool), quotingIn(world, other)]
  for (let round = 0; round < 3; round += 1) {
    const asking = Array.from({ length: 30 }, (_, place) => {
      const ctx = processes[place % processes.length]
      assert.ok(ctx !== undefined)
      return currentFeeQuote(ctx, world.sandbox, usdt.id)
    })
    const [first, ...more] = await Promise.all(asking)
    for (const one of more) assert.deepEqual(one, first)
    world.ctx.clock.advance(60_000)
  }
  const rows = await database.db.query('select 1 from fee_quote where book_id = $1', [
    world.sandbox.bookId,
  ])
  assert.equal(rows.length, 3, 'one for each minute')
})

/** Faults seen to fail it: valid at its very end; expiry by the machine's clock. */
test('a quote holds for a minute of the book, and whoever names it later is told so', async () => {
  const world = await rateWorld(database.db)
  const ctx = quotingIn(world)
  const first = await currentFeeQuote(ctx, world.sandbox, usdt.id)
  const of = { asset: usdt.id, quoteId: first.quoteId }
  world.ctx.clock.advance(59_999)
  assert.deepEqual(await currentFeeQuote(ctx, world.sandbox, usdt.id), first)
  assert.deepEqual(await feeQuoteFor(ctx, world.sandbox, of), first)
  const ahead: Book = { ...world.sandbox, clockOffsetMs: world.sandbox.clockOffsetMs + 1 }
  await assert.rejects(feeQuoteFor(ctx, ahead, of), isRefusal('fees.fee_quote_expired'))
  const next = await feeQuoteFor(ctx, ahead, { asset: usdt.id, quoteId: undefined })
  assert.notEqual(next.quoteId, first.quoteId)
  assert.equal(next.createdAt, first.expiresAt)
})

test('a quote is good for its own asset and its own book', async () => {
  const world = await rateWorld(database.db)
  const ctx = quotingIn(world)
  const { quoteId } = await currentFeeQuote(ctx, world.sandbox, usdt.id)
  await assert.rejects(
    feeQuoteFor(ctx, world.sandbox, { asset: btc.id, quoteId }),
    isRefusal('fees.fee_quote_for_another'),
  )
  await assert.rejects(
    feeQuoteFor(ctx, world.other, { asset: usdt.id, quoteId }),
    isRefusal('fees.fee_quote_unknown'),
  )
})

/** Faults seen to fail it: rounded down; the prices of the two exchanged. */
test('what the chain takes is told in the asset, by the prices of both and rounded up', async () => {
  const world = await rateWorld(database.db)
  await world.setPrice('BNB', '600')
  await world.setPrice('USDT', '0.7')
  const quote = await currentFeeQuote(quotingIn(world), world.sandbox, usdt.id)
  assert.equal(quote.native, resolveAsset({ currency: 'BNB' }).id)
  assert.ok(quote.feeMax >= quote.networkFee && quote.networkFee > 0n)
  assert.equal(quote.networkFeeInAsset, (quote.networkFee * 6_000n + 6n) / 7n)
  assert.deepEqual([quote.usd.asset, quote.usd.native], ['0.7', '600'])
  assert.deepEqual(quote.usd.sources, ['sandbox'])
  const own = await currentFeeQuote(quotingIn(world), world.sandbox, btc.id)
  assert.equal(own.networkFeeInAsset, own.networkFee)
})

/** Fault seen to fail it: quotes of before a change given out after it. */
test("the book's own fee and minimum count from the next quote on", async () => {
  const world = await rateWorld(database.db)
  const ctx = quotingIn(world)
  await world.setPrice('USDT', '0.5')
  const before = await currentFeeQuote(ctx, world.sandbox, usdt.id)
  await inDbTx(world.ctx, (dbTx) =>
    setPayoutFees(dbTx, world.sandbox, {
      fixedCents: 150n,
      partsPerMillion: 2_500,
      minimumCents: 10_000n,
    }),
  )
  const now = await currentFeeQuote(ctx, world.sandbox, usdt.id)
  assert.deepEqual(now.service, { fixed: parseUnits('3', 18), partsPerMillion: 2_500 })
  assert.equal(now.minUnits, parseUnits('200', 18))
  const held = { asset: usdt.id, quoteId: before.quoteId }
  assert.deepEqual(await feeQuoteFor(ctx, world.sandbox, held), before)
  assert.deepEqual((await currentFeeQuote(ctx, world.other, usdt.id)).service, {
    fixed: units(0n),
    partsPerMillion: 0,
  })
})

test('without a node that answers there is no new quote, and the one that holds still does', async () => {
  const world = await rateWorld(database.db)
  const ctx = quotingIn(world)
  const quote = await currentFeeQuote(ctx, world.sandbox, usdt.id)
  await halt(world, 'BSC', true)
  assert.deepEqual(await currentFeeQuote(ctx, world.sandbox, usdt.id), quote)
  world.ctx.clock.advance(60_000)
  const asking = () => currentFeeQuote(ctx, world.sandbox, usdt.id)
  await assert.rejects(asking(), isRefusal('chain.unreachable'))
  await halt(world, 'BSC', false)
  assert.notEqual((await asking()).quoteId, quote.quoteId)
})

test('without a price, and where nothing can be sent, there is no quote', async () => {
  const world = await rateWorld(database.db)
  const ctx = quotingIn(world)
  await world.setPrice('BNB', null)
  await assert.rejects(
    currentFeeQuote(ctx, world.sandbox, usdt.id),
    isRefusal('rates.rate_unavailable'),
  )
  await assert.rejects(currentFeeQuote(ctx, world.live, usdt.id), isRefusal('custody.cannot_send'))
})

test('quotes that nobody needs any more are forgotten when new ones are made', async () => {
  const world = await rateWorld(database.db)
  const ctx = quotingIn(world)
  const first = await currentFeeQuote(ctx, world.sandbox, usdt.id)
  world.ctx.clock.advance(31 * 24 * 60 * 60_000)
  await currentFeeQuote(ctx, world.sandbox, usdt.id)
  await assert.rejects(
    feeQuoteFor(ctx, world.sandbox, { asset: usdt.id, quoteId: first.quoteId }),
    isRefusal('fees.fee_quote_unknown'),
  )
})
