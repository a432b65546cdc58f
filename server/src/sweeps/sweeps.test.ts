import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { paymentWorld, type PaymentWorld } from '../../test/payment-world.ts'
import {
  dueOutgoings,
  lookAtTanks,
  sendDue,
  sendingIn,
  sweepToTheEnd,
} from '../../test/sweep-world.ts'
import { balances } from '../ledger/read-balances.action.ts'
import { sendOutgoing } from '../custody/outgoing/send-outgoing.action.ts'
import { reconcile } from '../custody/reconcile.action.ts'
import { knownAsset, networks } from '../money/registry.ts'
import { resolveAsset } from '../money/alias.ts'
import { units } from '../money/units.ts'

const Leg = z.looseObject({ address: z.string(), amount: z.string(), worthwhile: z.boolean() })
const Plan = z.looseObject({ treasury: z.string(), legs: z.array(Leg), total: z.string() })
const Sweep = z.looseObject({
  id: z.string(),
  status: z.string(),
  fee: z.string().nullable(),
  problem: z.string().nullable(),
})
const answer = <Data>(schema: z.ZodType<Data>, json: unknown): Data =>
  z.object({ data: schema }).parse(json).data

const USDT = 'USDT_BSC'
const asset = resolveAsset({ currency: USDT })

/** Wallets that received what is given, finally. */
async function paidWallets(world: PaymentWorld, amounts: readonly string[]) {
  const addresses: string[] = []
  for (const [place, amount] of amounts.entries()) {
    const body = { customer_id: `c${place}`, currency: 'USDT', network: 'BSC' }
    const reply = await world.call('/v1/wallets', { method: 'POST', body })
    const opened = answer(z.looseObject({ deposit_address: z.string() }), reply.json)
    const address = opened.deposit_address
    await world.send({ to: address, currency: USDT, amount })
    addresses.push(address)
  }
  await world.mine(USDT, 15)
  return addresses
}

const planOf = async (world: PaymentWorld) =>
  answer(Plan, (await world.call(`/v1/sweeps/plan?currency=${USDT}`)).json)

async function fillTank(world: PaymentWorld, amount: string): Promise<string> {
  const { treasury } = await planOf(world)
  await world.send({ to: treasury, currency: 'BNB', amount })
  await world.mine(USDT, 15)
  return treasury
}

const start = (world: PaymentWorld) =>
  world.call('/v1/sweeps', { method: 'POST', body: { currency: USDT } })

async function differences(world: PaymentWorld): Promise<readonly bigint[]> {
  const network = networks.find((one) => one.name === 'BNB Chain')
  assert.ok(network)
  const { assets } = await reconcile(world.ctx, world.book, network.chain)
  return assets.map((one) => one.difference)
}

/**
 * Planted faults: what a sweep brings to the treasury counts as a deposit; deposits are not marked
 * as swept; the fee is not booked.
 */
test('a sweep brings coins to the treasury, and the books change by its fee alone', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250.5', '40'])
  await fillTank(world, '1')
  const before = await world.holdings()
  const reply = await start(world)
  assert.equal(reply.status, 202, reply.text)
  const { id } = answer(Sweep, reply.json)
  await sweepToTheEnd(world, USDT)
  const sweep = answer(Sweep, (await world.call(`/v1/sweeps/${id}`)).json)
  assert.equal(sweep.status, 'completed')
  const after = await world.holdings()
  const fee = after['fees.network BNB'] ?? 0n
  assert.ok(fee > 0n)
  const { 'custody BNB': bnb = 0n, ...rest } = before
  assert.deepEqual(
    { ...after, 'fees.network BNB': undefined },
    {
      ...rest,
      'custody BNB': bnb - sumOfFees(await feeAccounts(world)),
      'fees.network BNB': undefined,
    },
  )
  assert.deepEqual((await planOf(world)).legs, [])
  assert.deepEqual(
    await differences(world),
    (await differences(world)).map(() => 0n),
  )
  const types = (await world.events()).filter((one) => one.objectId === id).map((one) => one.type)
  assert.deepEqual(types, ['sweep.created', 'sweep.completed'])
})

const sumOfFees = (accounts: readonly Readonly<{ posted: bigint }>[]): bigint =>
  accounts.reduce((sum, one) => sum + one.posted, 0n)

const feeAccounts = (world: PaymentWorld) =>
  balances(world.ctx.db, world.book.bookId, { purpose: 'fees.network' })

test('each wallet bears its part of the fee', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250.5', '40', '77'])
  await fillTank(world, '1')
  await start(world)
  await sweepToTheEnd(world, USDT)
  const accounts = await feeAccounts(world)
  assert.equal(accounts.length, 3)
  const parts = accounts.map((one) => one.posted)
  const spread = parts.reduce((a, b) => (a > b ? a : b)) - parts.reduce((a, b) => (a < b ? a : b))
  assert.ok(spread <= 1n)
})

/** Planted fault: every address is moved, whatever it holds. */
test('what is not worth its fee stays where it is, and the plan says so', async () => {
  await using world = await paymentWorld()
  const [large, small] = await paidWallets(world, ['250', '0.0000001'])
  await world.node(USDT).behave({ fee: units(10n ** 12n) })
  await fillTank(world, '1')
  const plan = await planOf(world)
  const worth = new Map(plan.legs.map((leg) => [leg.address, leg.worthwhile]))
  assert.deepEqual([worth.get(large ?? ''), worth.get(small ?? '')], [true, false])
  assert.equal(plan.total, '250')
  await start(world)
  await sweepToTheEnd(world, USDT)
  assert.deepEqual(
    (await planOf(world)).legs.map((leg) => leg.address),
    [small],
  )
})

/** Planted fault: whether one runs is looked up before, and not by the insert itself. */
test('an asset is swept by one sweep at a time', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250'])
  await fillTank(world, '1')
  const replies = await Promise.all(Array.from({ length: 6 }, () => start(world)))
  assert.deepEqual(replies.map((one) => one.status).sort(), [202, 409, 409, 409, 409, 409])
  const second = await start(world)
  assert.equal(second.status, 409)
  assert.match(second.text, /sweep_running/)
})

/** Planted faults: only what has failed says why; no coins are given for a sweep. */
test('a sweep in a fresh sandbox is paid for by the faucet, as soon as somebody mines', async () => {
  await using world = await paymentWorld()
  await world.node(USDT).behave({ autoMine: false })
  await paidWallets(world, ['250'])
  const { id } = answer(Sweep, (await start(world)).json)
  await sendDue(world)
  const waiting = answer(Sweep, (await world.call(`/v1/sweeps/${id}`)).json)
  assert.equal(waiting.status, 'sending')
  assert.match(waiting.problem ?? '', /not enough/)
  await sweepToTheEnd(world, USDT)
  assert.equal(answer(Sweep, (await world.call(`/v1/sweeps/${id}`)).json).status, 'completed')
  const { 'capital BNB': given, 'merchant.available BNB': spendable } = await world.holdings()
  assert.deepEqual([given, spendable], [10n ** 18n, undefined])
  assert.deepEqual(
    (await differences(world)).filter((one) => one !== 0n),
    [],
  )
})

test('without anything to move a sweep is refused, and so is one for a stranger', async () => {
  await using world = await paymentWorld()
  const reply = await start(world)
  assert.equal(reply.status, 409)
  assert.match(reply.text, /nothing_to_sweep/)
  assert.equal((await world.call('/v1/sweeps/swp_x')).status, 404)
  assert.equal((await world.call('/v1/sweeps?cursor=swp_x')).status, 400)
})

/** Planted fault: the tank is told of at every look. */
test('a tank that no longer pays for sweeps is told of once', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250'])
  // What the sandbox gives waits for a block.
  await world.node(USDT).behave({ fee: units(10n ** 15n), autoMine: false })
  await fillTank(world, '0.001')
  await start(world)
  await sendDue(world)
  await lookAtTanks(world)
  await lookAtTanks(world)
  const told = (await world.events()).map((one) => one.type).filter((type) => /tank|gas/.test(type))
  assert.deepEqual(told, ['treasury.gas_low'])
})

test('a sweep that every node refuses has failed, and its coins can be swept again', async () => {
  await using world = await paymentWorld()
  await paidWallets(world, ['250'])
  await fillTank(world, '1')
  const { id } = answer(Sweep, (await start(world)).json)
  await world.node(USDT).behave({ refuseBroadcasts: true })
  for (let step = 0; step < 4; step += 1) await sendDue(world)
  assert.equal(answer(Sweep, (await world.call(`/v1/sweeps/${id}`)).json).status, 'failed')
  await world.node(USDT).behave({ refuseBroadcasts: false })
  assert.equal((await start(world)).status, 202)
  await sweepToTheEnd(world, USDT)
  assert.deepEqual((await planOf(world)).legs, [])
  assert.equal(knownAsset(asset.id).code, USDT)
})

/** Planted fault: what was taken for a deposit stays one when it is known to be ours. */
test('a sweep that only the signer remembers is no deposit of the merchant', async () => {
  await using world = await paymentWorld()
  const { db } = world.ctx
  await paidWallets(world, ['250'])
  const { treasury } = await planOf(world)
  const { id } = answer(Sweep, (await start(world)).json)
  for (let step = 0; step < 4; step += 1) await sendDue(world)
  const [sent] = await db.query<{ tx_hash: string; slots: string[] }>(
    'select tx_hash, slots from outgoing_attempt',
  )
  assert.ok(sent)
  // The copy of the database is from before its signature.
  await db.query('delete from outgoing_attempt')
  await db.query('delete from sending_key')
  await db.query(`update outgoing set state = 'planned'`)
  await world.mine(USDT, 15)
  assert.equal((await world.holdings())['merchant.available USDT_BSC'], 250n * 10n ** 18n)
  const payments = [{ to: treasury, asset: asset.id, units: 'all' }] as const
  const earlier = { intent: id, txHash: sent.tx_hash, slots: sent.slots, payments }
  const sending = { ...sendingIn(world), signedBefore: () => Promise.resolve([earlier]) }
  for (let step = 0; step < 6; step += 1) {
    for (const key of await dueOutgoings(world)) await sendOutgoing(sending, key)
    await world.mine(USDT, 2)
  }
  assert.equal(answer(Sweep, (await world.call(`/v1/sweeps/${id}`)).json).status, 'completed')
  assert.equal((await world.holdings())['merchant.available USDT_BSC'], undefined)
  assert.deepEqual(
    (await differences(world)).filter((one) => one !== 0n),
    [],
  )
})
