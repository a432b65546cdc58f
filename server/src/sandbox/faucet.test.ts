import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paymentWorld } from '../../test/payment-world.ts'
import { askSupply, bnb, fundTreasury, USDT, waitsFor } from '../../test/supply-world.ts'
import { units } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { insertPour } from './pour.store.ts'

const COIN = units(10n ** 18n)

/** Seen to fail while one row stood for both: the other coin was the merchant's to spend. */
test('coins of a faucet that was stopped before it knew what it sent are no money of the merchant', async () => {
  await using world = await paymentWorld()
  const { ctx, book } = world
  await fundTreasury(world, USDT, '100')
  await world.node(USDT).behave({ autoMine: false })
  const { address: to } = await ctx.treasury.keyOf(book, bnb.chain)
  const pour = { bookId: book.bookId, pourId: 'pour_stopped', chain: bnb.chain, asset: bnb.id }
  const madeAt = ctx.clock.now()
  await inDbTx(ctx, (dbTx) => insertPour(dbTx, { ...pour, units: COIN, txHash: undefined, madeAt }))
  ctx.clock.advance(30_000)
  assert.equal(waitsFor(await askSupply(world, '100')), 'gas')
  await world.send({ to, currency: 'BNB', amount: '1' })
  await world.mine(USDT, 15)
  const held = await world.holdings()
  assert.deepEqual([held['capital BNB'], held['merchant.available BNB']], [2n * COIN, undefined])
})
