import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { units, type AssetId } from '../money/units.ts'
import { scanToTip, watching } from './contract-follow.suite.ts'
import {
  accepted,
  assertDoes,
  assertWaiting,
  balanceNow,
  minedState,
  requestOf,
  richKey,
  settle,
  shown,
  signedFor,
  signWith,
  slotStates,
  somePayment,
} from './contract-sending-play.suite.ts'
import type { Gather, SendingWorld, SendingWorldMaker } from './contract-sending-world.suite.ts'
import type { Payment, SendRequest } from './contract-sending.ts'

/** What becomes of a payment when nothing goes wrong. */
export function paymentTests({ make }: SendingWorldMaker): void {
  /**
   * Seen to fail where a node's "already known" was a refusal, where a slot was spent with its first
   * confirmation, and where a transaction that nobody knew was said to wait.
   */
  test('a payment is built, signed, broadcast, mined and final, and costs its fee alone', async () => {
    await using world = await make()
    for (const asset of world.assets) await followOnePayment(world, asset)
  })

  test('several payments in one transaction all arrive, and more than it holds are refused', async (t) => {
    await using world = await make()
    const asset = world.assets[0]
    const key = await richKey(world)
    const first = somePayment(world)
    const tooMany = Array.from({ length: world.paymentsMax }, () => somePayment(world))
    if (world.paymentsMax <= 1_000) {
      const request = requestOf(world, key, [first, ...tooMany])
      await assert.rejects(world.sender.build(request), (error) =>
        isError(error, 'chain.payment_not_possible'),
      )
    }
    if (world.paymentsMax === 1) return t.skip('one transaction makes one payment here')
    const payments = [first, somePayment(world), { ...first, units: units(first.units + 1n) }]
    const request = requestOf(world, key, [first, ...payments.slice(1, world.paymentsMax)])
    const signed = await signedFor(world, [key], request)
    await accepted(world, signed)
    await world.mine(1)
    assert.ok((await minedState(world, signed.txHash)).succeeded)
    for (const to of new Set(request.payments.map((one) => one.to))) {
      const due = request.payments.filter((one) => one.to === to)
      const sum = due.reduce((all, one) => all + one.units, 0n)
      assert.equal(await balanceNow(world, to, asset), sum)
    }
  })

  /** Seen to fail where numbers were counted without what waits. */
  test('a second payment uses nothing that a waiting one uses', async () => {
    await using world = await make()
    const key = await richKey(world)
    await world.fund(key.address, world.assets[0], world.plenty)
    const payments = [somePayment(world), somePayment(world)]
    const signed = []
    for (const payment of payments) {
      const one = await signedFor(world, [key], requestOf(world, key, [payment]))
      await accepted(world, one)
      signed.push(one)
    }
    await world.mine(2)
    for (const { txHash } of signed) assert.ok((await minedState(world, txHash)).succeeded)
    for (const { to, asset, units: paid } of payments) {
      assert.equal(await balanceNow(world, to, asset), paid)
    }
  })

  /**
   * Nothing may be left behind, or a swept address would be swept again and again. Seen to fail
   * with a fee limit that was kept back whole.
   */
  test('everything that a key has goes to one address, and nothing stays', async () => {
    await using world = await make()
    for (const asset of world.assets) {
      const key = await richKey(world, [asset])
      const payment = { ...somePayment(world, asset), units: world.unitsMin(asset) }
      const { change: _, ...request } = requestOf(world, key, [payment])
      const signed = await signedFor(world, [key], { ...request, everything: true })
      assertDoes(signed.effects, { ...request, everything: true })
      await accepted(world, signed)
      await world.mine(1)
      const { succeeded, fee } = await minedState(world, signed.txHash)
      assert.ok(succeeded)
      assert.equal(await balanceNow(world, key.address, asset), 0n, asset)
      const paysFee = asset === world.assets[0]
      const arrived = await balanceNow(world, payment.to, asset)
      assert.equal(arrived, world.plenty - (paysFee ? fee : 0n), asset)
    }
  })

  test('many keys are emptied into one address by one transaction', async (t) => {
    await using world = await make()
    if (world.gather === undefined) return t.skip('each key is emptied by itself here')
    for (const asset of world.gather.assets) await gatherOnce(world, asset, world.gather)
  })

  test('another key pays the fee', async (t) => {
    await using world = await make()
    if (!world.can.feePayers) return t.skip('here the sender pays the fee')
    const asset = world.assets[1] ?? world.assets[0]
    const [key, payer] = [world.newKey(), await richKey(world)]
    await world.fund(key.address, asset, world.plenty)
    const payment = somePayment(world, asset)
    const request = { ...requestOf(world, key, [payment]), feePayer: shown(payer) }
    const signed = await signedFor(world, [key, payer], request)
    assertDoes(signed.effects, request)
    await accepted(world, signed)
    await world.mine(1)
    const { fee } = await minedState(world, signed.txHash)
    assert.equal(await balanceNow(world, payment.to, asset), payment.units)
    assert.equal(await balanceNow(world, payer.address, world.assets[0]), world.plenty - fee)
  })

  /** Seen to fail with a hasty price that was half the slow one. */
  test('haste never makes a payment cheaper', async () => {
    await using world = await make()
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const fees = []
    for (const speed of ['slow', 'normal', 'fast'] as const) {
      const { fee, feeMax } = await world.sender.estimate({ ...request, speed })
      assert.ok(fee >= 0n && fee <= feeMax && feeMax <= world.feeMax)
      fees.push(fee)
    }
    assert.deepEqual([...fees].sort(ascending), fees)
  })
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

async function followOnePayment(world: SendingWorld, asset: AssetId): Promise<void> {
  const { sender, codec, adapter } = world
  const key = await richKey(world, [asset])
  const payment = somePayment(world, asset)
  const request = requestOf(world, key, [payment])
  const unsigned = await sender.build(request)
  assertDoes(unsigned.effects, request)
  assert.deepEqual(codec.explain(adapter.chain, unsigned.bytes), unsigned.effects)
  assert.deepEqual(
    unsigned.signers.map((one) => one.address).sort(),
    [...unsigned.effects.spenders].sort(),
  )
  const signed = signWith(world, unsigned, [key])
  const { txHash } = signed
  assert.equal(signWith(world, unsigned, [key]).txHash, txHash, 'signed again it is the same')
  const explained = codec.explainSigned(adapter.chain, signed.bytes)
  assert.deepEqual(explained, { txHash, effects: unsigned.effects })

  assert.deepEqual(await sender.lookUp(txHash), { kind: 'unknown' })
  const free = unsigned.effects.slots.map(() => 'free')
  assert.deepEqual(await slotStates(world, unsigned.effects), free)
  await accepted(world, signed)
  await accepted(world, signed)
  await assertWaiting(world, txHash)
  const { latest: before } = await adapter.tips()
  await world.mine(1)
  const state = await minedState(world, txHash)
  assert.ok(state.succeeded && state.block.height === before.height + 1)
  assert.ok(state.fee >= 0n && state.fee <= unsigned.effects.feeMax)
  assert.deepEqual(await slotStates(world, unsigned.effects), free, 'a fork may free them still')
  await accepted(world, signed)
  await assertPaid(world, { request, payment, fee: state.fee })
  const found = await scanToTip(adapter, before, { watch: watching([payment.to]), blocksMax: 100 })
  assert.deepEqual(
    found.transfers.map((one) => [one.txHash, one.asset, one.units]),
    [[txHash, asset, payment.units]],
  )
  await settle(world)
  assert.ok((await slotStates(world, unsigned.effects)).includes('spent'))
  assert.deepEqual(await minedState(world, txHash), state)
  assert.equal(await balanceNow(world, payment.to, asset), payment.units, 'it was paid once')
}

/** The recipient has the payment; the sender is short of it and of the fee, and of nothing else. */
async function assertPaid(
  world: SendingWorld,
  { request, payment, fee }: Readonly<{ request: SendRequest; payment: Payment; fee: bigint }>,
): Promise<void> {
  const [native] = world.assets
  const [{ address }] = request.from
  assert.equal(await balanceNow(world, payment.to, payment.asset), payment.units)
  for (const asset of new Set([native, payment.asset])) {
    const paid = asset === payment.asset ? payment.units : 0n
    const spent = paid + (asset === native ? fee : 0n)
    assert.equal(await balanceNow(world, address, asset), world.plenty - spent, asset)
  }
}

async function gatherOnce(world: SendingWorld, asset: AssetId, gather: Gather): Promise<void> {
  const keys = [world.newKey(), world.newKey(), world.newKey()] as const
  for (const key of keys) await world.fund(key.address, asset, world.plenty)
  const payer = gather.feePayer ? [await richKey(world)] : []
  const before = await balanceNow(world, gather.to, asset)
  const [first, ...more] = keys
  const request: SendRequest = {
    from: [shown(first), ...more.map(shown)],
    payments: [{ to: gather.to, asset, units: world.plenty }],
    ...(payer[0] === undefined ? {} : { feePayer: shown(payer[0]) }),
    everything: true,
    speed: 'normal',
    feeMax: world.feeMax,
  }
  const signed = await signedFor(world, [...keys, ...payer], request)
  assertDoes(signed.effects, request)
  await accepted(world, signed)
  await world.mine(1)
  const { succeeded, fee } = await minedState(world, signed.txHash)
  assert.ok(succeeded)
  for (const key of keys) assert.equal(await balanceNow(world, key.address, asset), 0n)
  const arrived = (await balanceNow(world, gather.to, asset)) - before
  assert.equal(arrived, 3n * world.plenty - (gather.feePayer ? 0n : fee))
}
