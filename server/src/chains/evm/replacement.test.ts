import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startEvmSendingWorld } from '../../../test/evm-sending-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import {
  accepted,
  balanceNow,
  minedState,
  requestOf,
  richKey,
  signedFor,
  signWith,
  somePayment,
} from '../contract-sending-play.suite.ts'
import { decodeSigned } from './signatures.ts'
import { decodeUnsigned, type EvmTx } from './transaction.ts'

const pricesOf = ({ price }: EvmTx): readonly bigint[] =>
  price.kind === 'legacy' ? [price.gasPrice] : [price.maxFeePerGas, price.maxPriorityFeePerGas]

/** Seen to fail with a rise of one wei, which the node of this test takes and others do not. */
test('a replacement raises every part of the price by an eighth at least', async () => {
  await using world = await startEvmSendingWorld()
  const key = await richKey(world)
  const request = requestOf(world, key, [somePayment(world)])
  let stuck = await signedFor(world, [key], request)
  await accepted(world, stuck)
  for (let times = 0; times < 5; times += 1) {
    const unsigned = await world.sender.bump(stuck.bytes, request)
    const [before, after] = [decodeSigned(stuck.bytes), decodeUnsigned(unsigned.bytes)]
    for (const [place, price] of pricesOf(before).entries()) {
      assert.ok((pricesOf(after)[place] ?? 0n) * 8n >= price * 9n)
    }
    assert.equal(after.nonce, before.nonce)
    stuck = { ...signWith(world, unsigned, [key]), effects: unsigned.effects }
    await accepted(world, stuck)
  }
  await world.mine(1)
  await minedState(world, stuck.txHash)
})

test('what has become too cheap to be mined is mined once it is replaced', async () => {
  await using world = await startEvmSendingWorld()
  const key = await richKey(world)
  const request = requestOf(world, key, [somePayment(world)])
  const stuck = await signedFor(world, [key], request)
  await accepted(world, stuck)
  const base = 100n * (pricesOf(decodeSigned(stuck.bytes))[0] ?? 0n)
  await world.play.anvil.ask('anvil_setNextBlockBaseFeePerGas', `0x${base.toString(16)}`)
  await world.mine(1)
  assert.notEqual((await world.sender.lookUp(stuck.txHash)).kind, 'mined')
  const dearer = { ...request, feeMax: units(10n ** 18n) }
  const unsigned = await world.sender.bump(stuck.bytes, dearer)
  const replaced = signWith(world, unsigned, [key])
  await accepted(world, replaced)
  await world.mine(1)
  await minedState(world, replaced.txHash)
})

test('a replacement of everything sends less, and not less than is asked for', async () => {
  await using world = await startEvmSendingWorld()
  const key = await richKey(world)
  const payment = somePayment(world)
  const request = { ...requestOf(world, key, [payment]), everything: true }
  const stuck = await signedFor(world, [key], request)
  await accepted(world, stuck)
  const { value } = decodeSigned(stuck.bytes)
  const most = { ...request, payments: [{ ...payment, units: units(value) }] } as const
  await assert.rejects(world.sender.bump(stuck.bytes, most), (error) =>
    isError(error, 'chain.replacement_refused'),
  )
  const unsigned = await world.sender.bump(stuck.bytes, request)
  const replaced = signWith(world, unsigned, [key])
  await accepted(world, replaced)
  await world.mine(1)
  const { fee } = await minedState(world, replaced.txHash)
  assert.equal(await balanceNow(world, key.address, payment.asset), 0n)
  assert.equal(await balanceNow(world, payment.to, payment.asset), world.plenty - fee)
})

test('what was made for something else is not replaced', async () => {
  await using world = await startEvmSendingWorld()
  const key = await richKey(world)
  const payment = somePayment(world)
  const request = requestOf(world, key, [payment])
  const stuck = await signedFor(world, [key], request)
  await accepted(world, stuck)
  const others = [
    requestOf(world, key, [{ ...payment, to: world.newAddress() }]),
    requestOf(world, key, [{ ...payment, units: units(payment.units + 1n) }]),
    requestOf(world, key, [{ ...payment, asset: world.assets[1] ?? payment.asset }]),
    requestOf(world, world.newKey(), [payment]),
  ]
  for (const other of others) {
    await assert.rejects(world.sender.bump(stuck.bytes, other), (error) =>
      isError(error, 'chain.replacement_refused'),
    )
  }
})
