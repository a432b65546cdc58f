import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSweeper, newEvmKey, startEvmSendingWorld } from '../../../test/evm-sending-world.ts'
import type { EvmSendingWorld } from '../../../test/evm-sending-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units, type AssetId } from '../../money/units.ts'
import {
  accepted,
  balanceNow,
  minedState,
  requestOf,
  richKey,
  shown,
  signedFor,
  somePayment,
} from '../contract-sending-play.suite.ts'
import type { WorldKey } from '../contract-sending-world.suite.ts'
import type { SendRequest } from '../contract-sending.ts'
import { addressWord, selector } from './contract-calls.ts'
import { gatherCall, sweeperOf } from './sweeper.ts'

type Sweep = Readonly<{ keys: readonly WorldKey[]; payer: WorldKey; asset: AssetId; to?: string }>

const treasuryOf = ({ gather }: EvmSendingWorld): string => gather?.to ?? ''

function sweepOf(world: EvmSendingWorld, { keys, payer, asset, to }: Sweep): SendRequest {
  const [first, ...more] = keys.map(shown)
  assert.ok(first !== undefined)
  return {
    from: [first, ...more],
    payments: [{ to: to ?? treasuryOf(world), asset, units: units(1n) }],
    feePayer: shown(payer),
    everything: true,
    speed: 'normal',
    feeMax: world.feeMax,
  }
}

async function funded(world: EvmSendingWorld, asset: AssetId): Promise<readonly WorldKey[]> {
  const keys = [newEvmKey(), newEvmKey()]
  for (const key of keys) await world.fund(key.address, asset, units(1_000n))
  return keys
}

const tokenOf = ({ assets: [native, token] }: EvmSendingWorld): AssetId => token ?? native

async function carryOut(world: EvmSendingWorld, sweep: Sweep): Promise<readonly string[]> {
  const keys = [...sweep.keys, sweep.payer]
  const signed = await signedFor(world, keys, sweepOf(world, sweep))
  await accepted(world, signed)
  await world.mine(1)
  assert.ok((await minedState(world, signed.txHash)).succeeded)
  return signed.effects.spenders
}

test('an address authorizes its sweeper once, and is emptied again without its key', async () => {
  await using world = await startEvmSendingWorld()
  const asset = tokenOf(world)
  const payer = await richKey(world)
  const keys = await funded(world, asset)
  const sweep = { keys, payer, asset }
  assert.deepEqual(
    await carryOut(world, sweep),
    [payer, ...keys].map((key) => key.address),
  )
  const late = await funded(world, asset)
  for (const key of keys) await world.fund(key.address, asset, units(500n))
  const both = { ...sweep, keys: [...keys, ...late] }
  assert.deepEqual(
    await carryOut(world, both),
    [payer, ...late].map((key) => key.address),
  )
  assert.equal(await balanceNow(world, treasuryOf(world), asset), 5_000n)
})

/** Whoever pays for the gas may sweep: all he can do is bring the treasury its coins. */
test('a stranger can send what an address has to its treasury, and nowhere else', async () => {
  await using world = await startEvmSendingWorld()
  const asset = tokenOf(world)
  const { anvil, contracts } = world.play
  const keys = await funded(world, asset)
  await carryOut(world, { keys, payer: await richKey(world), asset })
  const [address = '', other = ''] = keys.map((key) => key.address)
  await world.fund(address, asset, units(70n))
  await world.fund(address, world.assets[0], units(9n))
  const call = async (to: string, data: string): Promise<unknown> => {
    const [from] = world.play.senders
    const txHash = await anvil.ask('eth_sendTransaction', { from, to, data, gas: '0x100000' })
    await world.mine(1)
    return world.sender.lookUp(String(txHash))
  }
  const succeeds = async (to: string, data: string): Promise<boolean> =>
    JSON.stringify(await call(to, data), (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    ).includes('"succeeded":true')
  const sweeper = sweeperOf(treasuryOf(world).toLowerCase())
  const theirs = newEvmKey().address
  const gather = { token: contracts.dollar, treasury: treasuryOf(world), wallets: [address] }
  assert.ok(!(await succeeds(sweeper, gatherCall({ ...gather, treasury: theirs }))))
  const transfer = selector('transfer(address,uint256)') + addressWord(theirs) + addressWord('0x1')
  assert.ok(!(await succeeds(address, transfer)))
  const sweep = selector('sweep(address)')
  assert.ok(!(await succeeds(address, sweep + addressWord(theirs))))
  assert.ok(await succeeds(address, sweep + addressWord(contracts.dollar)))
  assert.ok(await succeeds(address, sweep + addressWord('0x0')))
  assert.equal(await balanceNow(world, address, asset), 0n)
  assert.equal(await balanceNow(world, treasuryOf(world), asset), 2_070n)
  assert.equal(await balanceNow(world, treasuryOf(world), world.assets[0]), 9n)
  const stranger = newEvmKey().address
  const wallets = [other, stranger]
  assert.ok(!(await succeeds(sweeper, gatherCall({ ...gather, wallets }))), 'all or none')
})

test('an address that a sweeper acts for sends with its key, and takes coins', async () => {
  await using world = await startEvmSendingWorld()
  const asset = tokenOf(world)
  const keys = await funded(world, asset)
  const [key] = keys
  assert.ok(key !== undefined)
  await carryOut(world, { keys, payer: await richKey(world), asset })
  await world.fund(key.address, world.assets[0], world.plenty)
  const from = await richKey(world)
  const coins = { ...somePayment(world), to: key.address }
  for (const [payer, payment] of [
    [from, coins],
    [key, somePayment(world)],
  ] as const) {
    const signed = await signedFor(world, [payer], requestOf(world, payer, [payment]))
    await accepted(world, signed)
    await world.mine(1)
    assert.ok((await minedState(world, signed.txHash)).succeeded)
  }
})

/** Seen to fail where the sweeper of any treasury was believed to be there. */
test('a sweep that cannot be carried out is refused before it is signed', async () => {
  await using world = await startEvmSendingWorld()
  const asset = tokenOf(world)
  const payer = await richKey(world)
  const keys = await funded(world, asset)
  const sweep = { keys, payer, asset }
  const [first] = keys
  assert.ok(first !== undefined)
  const contract = { ...first, address: world.play.contracts.payer }
  const refused: readonly Sweep[] = [
    { ...sweep, to: newEvmKey().address },
    { ...sweep, keys: [first, first] },
    { ...sweep, keys: [first, payer], payer: await richKey(world), to: payer.address },
    { ...sweep, keys: [first, contract] },
    { ...sweep, keys: [first, ...Array.from({ length: 100 }, newEvmKey)] },
  ]
  for (const each of refused) {
    await assert.rejects(world.sender.build(sweepOf(world, each)), (error) =>
      isError(error, 'chain.payment_not_possible'),
    )
  }
  const empty = [newEvmKey(), newEvmKey()]
  const poor: readonly Sweep[] = [
    { ...sweep, keys: empty },
    { ...sweep, payer: newEvmKey() },
  ]
  for (const each of poor) {
    await assert.rejects(world.sender.build(sweepOf(world, each)), (error) =>
      isError(error, 'chain.insufficient_funds'),
    )
  }
})

test('a stuck sweep is replaced by the same sweep at a higher price', async () => {
  await using world = await startEvmSendingWorld()
  const asset = tokenOf(world)
  const payer = await richKey(world)
  const keys = await funded(world, asset)
  const request = sweepOf(world, { keys, payer, asset })
  const stuck = await signedFor(world, [...keys, payer], request)
  await accepted(world, stuck)
  const unsigned = await world.sender.bump(stuck.bytes, request)
  assert.deepEqual(unsigned.effects.moves, stuck.effects.moves)
  assert.deepEqual(
    unsigned.signers.map((key) => key.address).sort(),
    [payer, ...keys].map((key) => key.address).sort(),
  )
  const bytes = unsigned.bytes
  const signed = world.codec.sign(world.adapter.chain, bytes, [...keys, payer])
  await accepted(world, signed)
  await world.mine(1)
  await minedState(world, signed.txHash)
  assert.equal(await balanceNow(world, treasuryOf(world), asset), 2_000n)
})

test('an address can change its treasury, by its own key alone', async () => {
  await using world = await startEvmSendingWorld()
  const asset = tokenOf(world)
  const payer = await richKey(world)
  const keys = await funded(world, asset)
  await carryOut(world, { keys, payer, asset })
  const to = newEvmKey().address
  await makeSweeper(world, to)
  for (const key of keys) await world.fund(key.address, asset, units(30n))
  assert.equal((await carryOut(world, { keys, payer, asset, to })).length, 3)
  assert.equal(await balanceNow(world, to, asset), 60n)
})
