import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { depositFinal, depositSeen, type DepositFacts } from '../../ledger/operations.ts'
import { resolveAsset } from '../../money/alias.ts'
import { units } from '../../money/units.ts'
import { parseRate } from '../../money/rate.ts'
import { setSandboxPrice } from '../../rates/set-sandbox-price.action.ts'
import { inDbTx } from '../../shell/db.ts'
import { readBalance } from './balance.routes.ts'

const usdt = resolveAsset({ currency: 'USDT', network: 'BSC' })
const btc = resolveAsset({ currency: 'BTC' })

const deposit = (id: string, amount: bigint, asset = usdt.id): DepositFacts => ({
  depositId: id,
  sighting: 1,
  asset,
  units: units(amount),
  chain: 'eip155:56',
  txHash: `0x${id}`,
  index: 'value',
  block: { height: 1, hash: '0x1' },
})

test('a balance says what may be spent, what is not final yet and what is set aside', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: [readBalance] })
  const { test: book } = api.organization
  assert.deepEqual(Object((await api.call('/v1/balance')).json).data, [])

  const first = deposit('a', 1_500_250_000_000_000_000_001n)
  const credit = { purpose: 'merchant.available', units: first.units } as const
  await ctx.ledger.post(book.bookId, depositSeen(first))
  await ctx.ledger.post(book.bookId, depositFinal(first, [credit]))
  await ctx.ledger.post(book.bookId, depositSeen(deposit('b', 2_000_000_000_000_000_000n)))
  await ctx.ledger.post(book.bookId, depositSeen(deposit('c', 412_000n, btc.id)))
  const { json, text } = await api.call('/v1/balance')
  assert.deepEqual(Object(json).data, [
    {
      currency: 'BTC',
      network: 'Bitcoin',
      asset: btc.id,
      available: '0',
      pending: '0.00412',
      reserved: '0',
      balance_usd: 0,
    },
    {
      currency: 'USDT',
      network: 'BSC',
      asset: usdt.id,
      available: '1500.250000000000000001',
      pending: '2',
      reserved: '0',
      balance_usd: 1500.25,
    },
  ])
  assert.match(text, /"balance_usd":1500\.25[,}]/)
  assert.deepEqual(Object((await api.as(api.secretKeys.live)('/v1/balance')).json).data, [])
})

test('without a price the dollars are null, and everything else is told', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: [readBalance] })
  const { test: book } = api.organization
  await ctx.ledger.post(book.bookId, depositSeen(deposit('a', 5n)))
  const price = async (usd: string | null) =>
    inDbTx(ctx, (dbTx) =>
      setSandboxPrice(ctx, dbTx, {
        book,
        currency: 'USDT',
        usd: usd === null ? null : parseRate(usd),
      }),
    )
  await price(null)
  const { json } = await api.call('/v1/balance')
  assert.equal(Object(json).data[0].balance_usd, null)
  assert.equal(Object(json).data[0].pending, '0.000000000000000005')
})

/** Seen to fail while what is shown had the limit of what is booked: the balance was a 400. */
test('a worth beyond reason keeps nobody from reading a balance', async () => {
  await using database = await testDatabase()
  const ctx = testApiCtx(database.db)
  await using api = await testApi(ctx, { routes: [readBalance] })
  const { test: book } = api.organization
  const first = deposit('a', 8n * 10n ** 77n, btc.id)
  const credit = { purpose: 'merchant.available', units: first.units } as const
  await ctx.ledger.post(book.bookId, depositSeen(first))
  await ctx.ledger.post(book.bookId, depositFinal(first, [credit]))
  const usd = parseRate('1e18')
  await inDbTx(ctx, (dbTx) => setSandboxPrice(ctx, dbTx, { book, currency: 'BTC', usd }))
  const { text, status } = await api.call('/v1/balance')
  assert.equal(status, 200)
  assert.match(text, new RegExp(`"balance_usd":8${'0'.repeat(87)}[,}]`))
})
