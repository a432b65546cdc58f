import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { giveUnits } from '../../test/conversion-world.ts'
import { dataOf, PAYEES, payoutIn, payoutWorld, type PayoutWorld } from '../../test/payout-world.ts'
import type { Outgoing, OutgoingKey } from '../custody/outgoing/outgoing.ts'
import { findOutgoing } from '../custody/outgoing/outgoing.store.ts'
import { balances } from '../ledger/read-balances.action.ts'
import { resolveAsset } from '../money/alias.ts'
import { units } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { dispatchJob } from './dispatch.job.ts'
import { payoutEnded } from './end-payout.action.ts'

const USDT = 'USDT_BSC'
const WHOLE = 10n ** 18n
const dollars = {
  ...{ amount: 100, currency: 'USDT', network: 'BEP20', destination_address: PAYEES.evm },
}

/** Planted faults: the hold not voided; the event without `rollback_confirmed`. */
test('a broadcast that is refused gives the money back and says so', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '1000')
  await world.fund('BNB', '1')
  const before = await world.holdings()
  const behave = { network: 'BSC', refuse_broadcasts: true }
  await world.call('/v1/sandbox/chains/behaviour', { method: 'POST', body: behave })
  const { id } = payoutIn(await world.ask(dollars))
  await world.sendAll(USDT)
  const failed = await world.payout(id)
  assert.deepEqual([failed.status, failed['rollback_confirmed']], ['failed', true])
  assert.ok(failed.problem !== null)
  assert.equal(await world.available(USDT), 1000n * WHOLE)
  assert.deepEqual(await world.holdings(), before)
  const [told] = (await world.events()).filter((one) => one.type === 'payout.failed')
  assert.equal(told?.data['rollback_confirmed'], true)
  await world.call('/v1/sandbox/chains/behaviour', {
    method: 'POST',
    body: { ...behave, refuse_broadcasts: false },
  })
  const again = payoutIn(await world.ask(dollars))
  await world.sendAll(USDT)
  assert.equal((await world.payout(again.id)).status, 'completed')
  assert.deepEqual(await world.differences(USDT), [])
})

/** Planted faults: what was mined taken for paid; the fee that is spent not booked. */
test('what was mined and failed on the chain gives the money back, and its fee is booked', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '1000')
  await world.fund('BNB', '1')
  const { id } = payoutIn(await world.ask(dollars))
  await world.dispatchDue()
  const outgoing = await onlyOutgoing(world)
  const mined = { attempt: 1, block: { height: 9, hash: '0x09' }, succeeded: false, fee: units(7n) }
  const end = { kind: 'final', txHash: '0xfa11ed', mined } as const
  await inDbTx(world.ctx, (dbTx) => payoutEnded(world.ctx)(dbTx, world.book, { outgoing, end }))
  const failed = await world.payout(id)
  assert.deepEqual([failed.status, failed.tx_hash], ['failed', '0xfa11ed'])
  assert.equal(await world.available(USDT), 1000n * WHOLE)
  const holdings = await world.holdings()
  assert.equal(holdings['fees.network BNB'], 7n)
  assert.equal(holdings['custody BNB'], WHOLE - 7n)
  assert.equal(holdings['custody USDT_BSC'], 1000n * WHOLE)
})

async function onlyOutgoing({ ctx }: PayoutWorld): Promise<Outgoing> {
  const [key] = await ctx.db.query<OutgoingKey>('select book_id, outgoing_id from outgoing')
  const outgoing = key && (await findOutgoing(ctx.db, key))
  assert.ok(outgoing)
  return outgoing
}

/** Planted fault: an end that is told twice books twice. */
test('a payout ends once, whoever tells its end again', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '1000')
  await world.fund('BNB', '1')
  payoutIn(await world.ask(dollars))
  await world.sendAll(USDT)
  const outgoing = await onlyOutgoing(world)
  const after = await world.holdings()
  const end = { kind: 'failed', problem: 'told again' } as const
  const again = inDbTx(world.ctx, (dbTx) =>
    payoutEnded(world.ctx)(dbTx, world.book, { outgoing, end }),
  )
  await assert.rejects(again, /is at its end already/)
  assert.deepEqual(await world.holdings(), after)
})

/** Planted faults: it is booked as what was asked for; nobody who sends knows what is held. */
test('what a payout paid beyond what is held for it is not booked as less', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '1000')
  await world.fund('BNB', '1')
  payoutIn(await world.ask(dollars))
  await world.dispatchDue()
  const asked = await onlyOutgoing(world)
  assert.equal(asked.request.paidMax, 100n * WHOLE)
  const [payment] = asked.request.payments
  const paid = { ...payment, units: units(100n * WHOLE + 1n) }
  const outgoing: Outgoing = { ...asked, request: { ...asked.request, payments: [paid] } }
  const mined = { attempt: 1, block: { height: 9, hash: '0x09' }, succeeded: true, fee: units(7n) }
  const end = { kind: 'final', txHash: '0xfa11ed', mined } as const
  const before = await world.holdings()
  const ending = inDbTx(world.ctx, (dbTx) =>
    payoutEnded(world.ctx)(dbTx, world.book, { outgoing, end }),
  )
  await assert.rejects(ending, /paid more than was held/)
  assert.deepEqual(await world.holdings(), before)
})

const Batch = z.looseObject({ id: z.string(), status: z.string(), total_payouts: z.int() })

/** Seen to fail when all that was due together waited for the one whose coins were missing. */
test('a payout on Bitcoin that cannot be paid yet holds back none that can', async () => {
  await using world = await payoutWorld()
  await world.fund('BTC', '0.05')
  const asset = resolveAsset({ currency: 'BTC' })
  const coins = { asset, units: units(10n ** 9n), purpose: 'merchant.available' } as const
  await giveUnits(world.ctx, world.book, coins)
  const ask = async (amount: string) => {
    const body = { amount, currency: 'BTC', destination_address: PAYEES.bitcoin }
    return payoutIn(await world.ask({ ...body, network: 'Bitcoin' })).id
  }
  const large = await ask('0.07')
  world.ctx.clock.advance(1)
  const small = [await ask('0.01'), await ask('0.02')]
  const ctx = { ...world.ctx, faucet: { fill: () => Promise.resolve('none' as const) } }
  for (let looks = 0; looks < 2; looks += 1) {
    while ((await runDueOnce(ctx, dispatchJob(ctx))) > 0);
    world.ctx.clock.advance(5_000)
  }
  const dispatches = await world.ctx.db.query<{ ids: string[] }>(
    `select array_agg(payout_id order by units) as ids from payout
     where dispatch_id is not null group by dispatch_id`,
  )
  assert.deepEqual(dispatches, [{ ids: small }])
  assert.match((await world.payout(large)).problem ?? '', /missing/)
})

/** Planted faults: a transaction for each; the whole fee booked against the first. */
test('on Bitcoin payouts that are due together are one transaction, and share its fee', async () => {
  await using world = await payoutWorld()
  await world.fund('BTC', '2')
  const row = { amount: '0.001', currency: 'BTC', network: 'Bitcoin' }
  const destinations = [PAYEES.bitcoin, PAYEES.bitcoinToo, PAYEES.bitcoin].map((address) => ({
    ...row,
    address,
  }))
  const reply = await world.post('/v1/payouts/mass', { batch_reference: 'Q3', destinations })
  assert.equal(reply.status, 202, reply.text)
  assert.match(reply.text, /"total_payouts":3,"total_amount":0\.003,/)
  const { id } = dataOf(Batch, reply)
  const single = payoutIn(await world.ask({ ...row, destination_address: PAYEES.bitcoin }))
  await world.sendAll('BTC')
  const batch = dataOf(Batch, await world.call(`/v1/payouts/${id}`))
  assert.deepEqual([batch.status, batch.total_payouts], ['completed', 3])
  const sent = await world.ctx.db.query('select 1 as row from outgoing')
  assert.equal(sent.length, 1)
  const listed = dataOf(
    z.array(z.looseObject({ tx_hash: z.string() })),
    await world.call('/v1/payouts'),
  )
  const hashes = new Set(listed.map((one) => one.tx_hash))
  assert.equal(hashes.size, 1)
  assert.ok(hashes.has((await world.payout(single.id)).tx_hash ?? ''))
  const fees = await balances(world.ctx.db, world.book.bookId, { purpose: 'fees.network' })
  const parts = fees.map((one) => one.posted).sort((a, b) => Number(a - b))
  assert.equal(parts.length, 4)
  assert.ok((parts.at(-1) ?? 0n) - (parts[0] ?? 0n) <= 1n)
  assert.deepEqual(await world.differences('BTC'), [])
})

const Wallet = z.looseObject({ id: z.string(), deposit_address: z.string() })

/** Planted fault: dispatched without a look at what the treasury holds. */
test('what lies at deposit addresses is gathered first, and the payout says that it waits', async () => {
  await using world = await payoutWorld()
  const body = { customer_id: 'anna', currency: 'USDT', network: 'BSC' }
  const wallet = dataOf(Wallet, await world.call('/v1/wallets', { method: 'POST', body }))
  await world.send({ to: wallet.deposit_address, currency: USDT, amount: '50' })
  await world.mine(USDT, 20)
  const path = `/v1/wallets/${wallet.id}/withdraw`
  const reply = await world.post(path, { amount: 20, recipient_address: PAYEES.evm })
  const { id } = payoutIn(reply)
  await world.dispatchDue()
  const waiting = await world.payout(id)
  assert.equal(waiting.status, 'processing')
  assert.ok(waiting.problem !== null)
  await world.sendAll(USDT)
  assert.equal((await world.payout(id)).status, 'completed')
  assert.deepEqual(await world.differences(USDT), [])
})
