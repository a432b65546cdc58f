import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { paymentWorld, type PaymentWorld } from '../../test/payment-world.ts'
import { lookAtTanks, sendDue, sendingIn, sweepToTheEnd } from '../../test/sweep-world.ts'
import { sendOutgoing } from '../custody/outgoing/send-outgoing.action.ts'
import { planOutgoing } from '../custody/outgoing/plan-outgoing.action.ts'
import type { OutgoingKey } from '../custody/outgoing/outgoing.ts'
import { resolveAsset } from '../money/alias.ts'
import { parseUnits } from '../money/amount.ts'
import { units } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { ensureSupply } from './supply.action.ts'
import type { Supply } from './supply.ts'
import { takeSupply } from './take-supply.action.ts'

const USDT = 'USDT_BSC'
const asset = resolveAsset({ currency: USDT })
const bnb = resolveAsset({ currency: 'BNB' })
const FEE_MAX = units(10_000n)
const PAYEE = '0x52908400098527886E0F7030069857D2E4169EE7'
const MINUTE_MS = 60_000

const dollars = (text: string) => parseUnits(text, asset.decimals)

const ask = (world: PaymentWorld, amount: string): Promise<Supply> =>
  ensureSupply(world.ctx, world.book, {
    asset: asset.id,
    units: dollars(amount),
    feeMax: FEE_MAX,
  })

const waitsFor = (supply: Supply): string => supply.waitsFor
const problemOf = (supply: Supply): string => (supply.waitsFor === 'nothing' ? '' : supply.problem)

const Wallet = z.object({ data: z.looseObject({ deposit_address: z.string() }) })

/** Wallets that received what is given, finally. */
async function paidWallets(world: PaymentWorld, amounts: readonly string[]): Promise<void> {
  for (const [place, amount] of amounts.entries()) {
    const body = { customer_id: `c${place}`, currency: 'USDT', network: 'BSC' }
    const reply = await world.call('/v1/wallets', { method: 'POST', body })
    const { deposit_address: to } = Wallet.parse(reply.json).data
    await world.send({ to, currency: USDT, amount })
  }
  await world.mine(USDT, 15)
}

const treasuryOf = ({ ctx, book }: PaymentWorld) => ctx.treasury.keyOf(book, asset.chain)

/** Coins that lie at the treasury's key. */
async function fund(world: PaymentWorld, currency: string, amount: string): Promise<void> {
  const { address: to } = await treasuryOf(world)
  await world.send({ to, currency, amount })
  await world.mine(USDT, 15)
}

/** Plans a transaction that pays so much out of the treasury. */
async function planPayout(world: PaymentWorld, objectId: string, amount: string): Promise<void> {
  const { ctx, book } = world
  const key = await treasuryOf(world)
  const payment = { to: PAYEE, asset: asset.id, units: dollars(amount) }
  const request = { from: [key], payments: [payment], speed: 'normal', feeMax: FEE_MAX } as const
  await inDbTx(ctx, (dbTx) =>
    planOutgoing(ctx, dbTx, { book, chain: asset.chain, kind: 'payout', objectId, request }),
  )
}

/** Sends and mines everything, payouts too, of which nothing is booked here. */
async function sendAll(world: PaymentWorld): Promise<void> {
  const sending = sendingIn(world)
  const ctx = { ...sending, endings: { ...sending.endings, payout: () => Promise.resolve() } }
  for (let steps = 0; steps < 30; steps += 1) {
    const rows = await world.ctx.db.query<OutgoingKey>(
      'select book_id, outgoing_id from outgoing where due_at is not null',
    )
    for (const key of rows) await sendOutgoing(ctx, key)
    await world.mine(USDT, 2)
  }
}

const sweepsOf = async ({ ctx, book }: PaymentWorld): Promise<readonly string[]> => {
  const rows = await ctx.db.query<{ state: string }>(
    'select state from sweep where book_id = $1 order by created_at, sweep_id',
    [book.bookId],
  )
  return rows.map((one) => one.state)
}

/** Planted fault: only the treasury's own coins count. */
test('money that lies at deposit addresses alone is gathered, once, and then can be paid', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250', '40'])
  const first = await ask(world, '280')
  assert.equal(waitsFor(first), 'gathering')
  assert.match(problemOf(first), /^USDT_BSC is gathered from deposit addresses by the sweep swp_/)
  assert.deepEqual(await ask(world, '280'), first)
  await sweepToTheEnd(world, USDT)
  assert.equal(waitsFor(await ask(world, '280')), 'nothing')
  assert.deepEqual(await sweepsOf(world), ['completed'])
})

/** Planted faults: who asks at once begins to sweep at once; a pour for everybody who asks. */
test('many who ask at once begin one sweep, and the faucet pours once', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250'])
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(world, '200')))
  assert.deepEqual(new Set(answers.map(waitsFor)), new Set(['gathering']))
  await sweepToTheEnd(world, USDT)
  assert.deepEqual(await sweepsOf(world), ['completed'])
  assert.equal((await world.holdings())['capital BNB'], 10n ** 18n)
})

/** Planted faults: the faucet is asked though there is enough; coins on their way do not count. */
test('a token can be paid out of a fresh sandbox, and its fee comes from the faucet', async () => {
  await using world = await paymentWorld()
  await fund(world, USDT, '100')
  assert.equal(waitsFor(await ask(world, '100')), 'nothing')
  assert.equal(waitsFor(await ask(world, '100')), 'nothing')
  await world.mine(USDT, 15)
  const held = await world.holdings()
  assert.equal(held['capital BNB'], 10n ** 18n)
  assert.equal(held['merchant.available BNB'], undefined)
})

/** Planted fault: blocks are mined for the faucet though nobody wanted them. */
test('while nobody mines, the coins of the faucet are waited for and not sent again', async () => {
  await using world = await paymentWorld()
  await fund(world, USDT, '100')
  await world.node(USDT).behave({ autoMine: false })
  for (let asked = 0; asked < 3; asked += 1) {
    const supply = await ask(world, '100')
    assert.equal(waitsFor(supply), 'gas')
    assert.match(problemOf(supply), /on its way .* waits for a block/)
  }
  await world.mine(USDT, 15)
  assert.equal(waitsFor(await ask(world, '100')), 'nothing')
  assert.equal((await world.holdings())['capital BNB'], 10n ** 18n)
})

/** Planted fault: what is planned from the treasury can be spent a second time. */
test('two payouts that together need two sweeps get them, one after the other', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['100'])
  assert.equal(waitsFor(await ask(world, '90')), 'gathering')
  await sweepToTheEnd(world, USDT)
  assert.equal(waitsFor(await ask(world, '90')), 'nothing')
  await planPayout(world, 'dsp_1', '90')
  const short = await ask(world, '80')
  assert.equal(waitsFor(short), 'coins')
  assert.match(
    problemOf(short),
    /^70 USDT is missing at your treasury 0x\w{40} on BSC: it has 10 USDT to spend/,
  )
  await paidWallets(world, ['75'])
  assert.equal(waitsFor(await ask(world, '80')), 'gathering')
  await sendAll(world)
  assert.equal(waitsFor(await ask(world, '80')), 'nothing')
  assert.deepEqual(await sweepsOf(world), ['completed', 'completed'])
})

/** Planted faults: a sweep that failed is followed by the next at once; or by none. */
test('a sweep that fails is tried again after a while, and the answer says so', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['100'])
  await world.node(USDT).behave({ refuseBroadcasts: true })
  assert.equal(waitsFor(await ask(world, '90')), 'gathering')
  for (let step = 0; step < 5; step += 1) await sendDue(world)
  assert.deepEqual(await sweepsOf(world), ['failed'])
  const resting = await ask(world, '90')
  assert.equal(waitsFor(resting), 'gathering')
  assert.match(problemOf(resting), /it failed \(.*refuses everything.*the next one begins after/)
  assert.deepEqual(await sweepsOf(world), ['failed'])
  await world.node(USDT).behave({ refuseBroadcasts: false })
  await world.pass(MINUTE_MS)
  assert.equal(waitsFor(await ask(world, '90')), 'gathering')
  await sweepToTheEnd(world, USDT)
  assert.equal(waitsFor(await ask(world, '90')), 'nothing')
})

/** Planted fault: what is owed is gathered only where it is worth it. */
test('money that is owed is gathered even where that is not worth what it costs', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['0.003', '0.002', '0.001'])
  await world.node(USDT).behave({ fee: units(10n ** 13n) })
  const plan = await world.call(`/v1/sweeps/plan?currency=${USDT}`)
  assert.doesNotMatch(plan.text, /"worthwhile":true/)
  const need = { asset: asset.id, units: dollars('0.004'), feeMax: units(10n ** 14n) }
  assert.equal(waitsFor(await ensureSupply(world.ctx, world.book, need)), 'gathering')
  await sweepToTheEnd(world, USDT)
  assert.equal(waitsFor(await ensureSupply(world.ctx, world.book, need)), 'nothing')
  // No more of them than it takes.
  const left = await world.call(`/v1/sweeps/plan?currency=${USDT}`)
  assert.match(left.text, /"amount":"0\.001"/)
  assert.doesNotMatch(left.text, /"amount":"0\.00[23]"/)
})

/** Planted fault: what would not be enough is gathered all the same. */
test('coins that are nowhere are named, and nothing is swept in vain', async () => {
  await using world = await paymentWorld()
  await fund(world, USDT, '5')
  await paidWallets(world, ['100'])
  const supply = await ask(world, '200')
  assert.equal(waitsFor(supply), 'coins')
  assert.match(problemOf(supply), /^195 USDT is missing/)
  assert.deepEqual(await sweepsOf(world), [])
})

/** Planted fault: nobody is told that the tank is low. */
test('without a faucet the missing coin is named, and its owner is told once', async () => {
  await using world = await paymentWorld()
  await fund(world, USDT, '100')
  await fund(world, 'BNB', '0.000000000000004')
  const ctx = { ...world.ctx, faucet: { fill: () => Promise.resolve('none' as const) } }
  const need = { asset: asset.id, units: dollars('100'), feeMax: units(10_000n) }
  await world.node(USDT).behave({ fee: units(9_000n) })
  for (let asked = 0; asked < 2; asked += 1) {
    const supply = await ensureSupply(ctx, world.book, need)
    assert.equal(waitsFor(supply), 'gas')
    assert.match(
      problemOf(supply),
      /^0\.000000000000006 BNB for the fee is missing: send it to your treasury 0x\w{40} on BNB Chain\./,
    )
    await lookAtTanks(world)
  }
  const told = (await world.events()).map((one) => one.type).filter((type) => /gas/.test(type))
  assert.deepEqual(told, ['treasury.gas_low'])
  // The limit may be higher than what the chain wants now.
  await world.node(USDT).behave({ fee: units(3_000n) })
  assert.equal(waitsFor(await ensureSupply(ctx, world.book, need)), 'nothing')
})

/** Planted fault: the fee is not counted where it is paid in the same coin. */
test('a payout of the coin itself needs the fee besides', async () => {
  await using world = await paymentWorld()
  await fund(world, 'BNB', '1')
  const whole = parseUnits('1', bnb.decimals)
  const ctx = { ...world.ctx, faucet: { fill: () => Promise.resolve('none' as const) } }
  const of = (amount: bigint) =>
    ensureSupply(ctx, world.book, { asset: bnb.id, units: units(amount), feeMax: FEE_MAX })
  assert.equal(waitsFor(await of(whole - FEE_MAX)), 'nothing')
  assert.equal(waitsFor(await of(whole)), 'gas')
  assert.equal(waitsFor(await of(whole + 1n)), 'coins')
})

/** Planted faults: what was found is taken by everybody who found it; or by one of them alone. */
test('of many who find the same coins only as many get them as these are enough for', async () => {
  await using world = await paymentWorld()
  const { ctx, book } = world
  await fund(world, USDT, '100')
  const found = await Promise.all(Array.from({ length: 8 }, () => ask(world, '30')))
  const taken = await Promise.all(
    found.map((one) =>
      inDbTx(ctx, async (dbTx) => one.waitsFor === 'nothing' && takeSupply(dbTx, book, one)),
    ),
  )
  const got = found.filter((one) => one.waitsFor === 'nothing').length
  assert.ok(got >= 3)
  assert.equal(taken.filter((one) => one).length, 3)
})
