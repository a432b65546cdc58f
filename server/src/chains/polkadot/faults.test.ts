import assert from 'node:assert/strict'
import { test } from 'node:test'
import relay from '@polkadot/types-support/metadata/v14/polkadot-hex'
import { accountOf, METADATA, VERSION } from '../../../../upstreams/polkadot/runtime.ts'
import { serve } from '../../../../upstreams/http-server.ts'
import { DOT, POLKADOT, polkadotOptions, startPolkadotWorld } from '../../../test/polkadot-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { systemClock } from '../../shell/clock.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'
import {
  accepted,
  requestOf,
  richKey,
  signedFor,
  somePayment,
} from '../contract-sending-play.suite.ts'
import { connectPolkadot } from './adapter.ts'
import { networkFor } from './codec.ts'
import { whatIsUnknown } from './known.ts'
import { movesOf } from './moves.ts'
import { readRuntime } from './runtime.ts'

// What a node of Polkadot may do wrong, and what only Polkadot does.

test('a node of another Substrate chain is not believed', async () => {
  await using node = await serve(() => ({
    status: 200,
    value: { jsonrpc: '2.0', id: 1, result: `0x${'91'.repeat(32)}` },
  }))
  const { adapter } = connectPolkadot({ clock: systemClock }, polkadotOptions(node.url))
  await assert.rejects(adapter.tips(), (error) => isError(error, 'chain.wrong_network'))
})

test('coins that come from another chain, in no extrinsic, are found', async () => {
  await using world = await startPolkadotWorld()
  const { latest } = await world.adapter.tips()
  const to = world.newAddress()
  world.standIn.chain.arrive(accountOf(to), 5_000_000_000n)
  await world.mine(1)
  const { transfers } = await scanToTip(world.adapter, latest, {
    watch: watching([to]),
    blocksMax: 10,
  })
  const [block] = transfers.map((one) => one.block)
  assert.deepEqual(transfers, [
    {
      txHash: block?.hash,
      index: 'hook:0',
      from: undefined,
      to,
      asset: DOT,
      units: 5_000_000_000n,
      block,
    },
  ])
})

/** Seen to fail with the metadata of the runtime that a block sets in force for those after it. */
test('a block that changes the runtime is read by the runtime that made it', async () => {
  await using world = await startPolkadotWorld()
  const { latest } = await world.adapter.tips()
  const to = world.newAddress()
  await world.send('normal', [{ to, asset: DOT, units: units(1_000_000_000n) }])
  world.standIn.chain.upgrade()
  await world.mine(1)
  const { blocks, transfers } = await scanToTip(world.adapter, latest, {
    watch: watching([to]),
    blocksMax: 10,
  })
  assert.deepEqual([blocks.length, transfers.length], [1, 1])
  await world.mine(1)
  const scan = world.adapter.scan(latest, watching([to]), 10)
  await assert.rejects(scan, (error) => isError(error, 'chain.answer_unusable'))
})

/** Seen to fail with transfers of failed extrinsics counted, and with every deposit counted. */
test('what failed moved nothing, and a fee that comes back is no deposit', () => {
  const event = (extrinsic: number | undefined, pallet: string, name: string, value: unknown) => ({
    phase: { type: extrinsic === undefined ? 'Finalization' : 'ApplyExtrinsic', value: extrinsic },
    event: { type: pallet, value: { type: name, value } },
  })
  const transfer = (extrinsic: number | undefined, to: string, amount = 5n) =>
    event(extrinsic, 'Balances', 'Transfer', { from: 'A', to, amount })
  const arrival = (extrinsic: number | undefined, name: string, who: string) =>
    event(extrinsic, 'Balances', name, { who, amount: 7n })
  const found = movesOf([
    transfer(1, 'failed'),
    event(1, 'System', 'ExtrinsicFailed', {}),
    transfer(2, 'A'),
    transfer(2, 'nothing', 0n),
    transfer(2, 'B'),
    arrival(2, 'Deposit', 'payer'),
    arrival(2, 'Minted', 'C'),
    event(2, 'Assets', 'Transferred', { from: 'A', to: 'D', amount: 1n }),
    event(2, 'System', 'ExtrinsicSuccess', {}),
    arrival(undefined, 'Deposit', 'E'),
    transfer(undefined, 'F'),
  ])
  assert.deepEqual(
    found.map(({ index, to, amount, extrinsic }) => [extrinsic, index, to, amount]),
    [
      [2, 'transfer:2', 'B', 5n],
      [2, 'transfer:3', 'C', 7n],
      [undefined, 'hook:0', 'E', 7n],
      [undefined, 'hook:1', 'F', 5n],
    ],
  )
})

test('a transfer that fails in its block has paid its fee, and says so', async () => {
  await using world = await startPolkadotWorld()
  const key = await richKey(world)
  const most = { ...somePayment(world), units: units((world.plenty / 10n) * 6n) }
  const requests = [most, { ...most, to: world.newAddress() }].map((one) =>
    requestOf(world, key, [one]),
  )
  const hashes = []
  for (const request of requests) {
    const signed = await signedFor(world, [key], request)
    await accepted(world, signed)
    hashes.push(signed.txHash)
  }
  await world.mine(1)
  const states = await Promise.all(hashes.map((txHash) => world.sender.lookUp(txHash)))
  const shown = states.map((one) => one.kind === 'mined' && [one.succeeded, one.fee > 0n])
  assert.deepEqual(shown, [
    [true, true],
    [false, true],
  ])
})

/** Seen to fail with the newest blocks searched alone, whatever the slots say. */
test('a transaction is found by its slots, however long ago it was mined', async () => {
  await using world = await startPolkadotWorld()
  const key = await richKey(world)
  const signed = await signedFor(world, [key], requestOf(world, key, [somePayment(world)]))
  await accepted(world, signed)
  await world.mine(400)
  const { slots } = signed.effects
  assert.ok((await Promise.all(slots.map(world.sender.slotState))).includes('spent'))
  assert.equal((await world.sender.lookUp(signed.txHash)).kind, 'unknown')
  assert.equal((await world.sender.lookUp(signed.txHash, slots)).kind, 'mined')
})

test('a payment that would end its sender’s account is refused, and one of everything is not', async () => {
  await using world = await startPolkadotWorld()
  const key = await richKey(world)
  const { fee } = await world.sender.estimate(requestOf(world, key, [somePayment(world)]))
  const left = units(world.plenty - fee - 50_000_000n)
  const request = requestOf(world, key, [{ ...somePayment(world), units: left }])
  const refused = (error: unknown): boolean => isError(error, 'chain.insufficient_funds')
  await assert.rejects(world.sender.build(request), refused)
  const { effects } = await world.sender.build({ ...request, everything: true })
  assert.equal(effects.moves[0]?.units, 'all')
})

test('Asset Hub is as it is known, and any other runtime is refused with the reason', () => {
  const network = networkFor(POLKADOT)
  const runtime = readRuntime(METADATA, VERSION)
  assert.equal(whatIsUnknown(network, runtime), undefined)
  const reason = (change: Partial<typeof runtime>): string =>
    whatIsUnknown(network, { ...runtime, ...change }) ?? 'known'
  assert.match(reason({ transactionVersion: 16 }), /transaction version 16/)
  assert.match(reason({ callOf: () => [10, 9] }), /another place/)
  const [first, ...rest] = runtime.extensions
  assert.ok(first !== undefined)
  const added = { name: 'CheckSomethingNew', hasExtra: false, hasAdditional: false }
  assert.match(reason({ extensions: [...runtime.extensions, added] }), /CheckSomethingNew/)
  assert.match(reason({ extensions: [{ ...first, hasExtra: true }, ...rest] }), /extensions/)
  assert.match(reason({ extensions: runtime.extensions.toReversed() }), /extensions/)
})

test('metadata of version 14, which nodes give by themselves, are read too', () => {
  const hex = `0x${relay.slice(relay.indexOf('6d657461'))}`
  const runtime = readRuntime(hex, { specVersion: 1, transactionVersion: 15 })
  assert.equal(runtime.existentialDeposit, 10_000_000_000n)
  assert.equal(runtime.eventsKey, readRuntime(METADATA, VERSION).eventsKey)
  assert.equal(runtime.readExtrinsic('0x280403000b10449ddd8c01'), undefined)
  const problem = whatIsUnknown(networkFor(POLKADOT), runtime)
  assert.ok(problem !== undefined)
})
