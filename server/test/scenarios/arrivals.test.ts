import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUnits } from '../../src/money/amount.ts'
import { resolveAsset } from '../../src/money/alias.ts'
import { tokenCall, transact, type Sent } from '../evm-play.ts'
import type { EvmWorld } from '../evm-world.ts'
import { caseOf, openSession, readSession, standing } from '../payment-play.ts'
import { heldBy, setScene, stages } from './scene.ts'

// Ways in which coins arrive, or seem to. The table of all scenarios is in `scene.ts`.

// Planted fault: of each transaction the last transfer is taken alone.
for (const stage of Object.values(stages)) {
  test(`one transaction that pays two payments, on ${stage.name}`, async () => {
    await using scene = await setScene(stage)
    const { world, asset, node } = scene
    const sessions = [await openSession(world, paidIn(stage.currency))]
    sessions.push(await openSession(world, paidIn(stage.currency)))
    await scene.begin()
    const paid = sessions.map(({ payment_details: [option] }) => ({
      to: option?.address ?? '',
      asset: asset.id,
      units: parseUnits(option?.amount ?? '', asset.decimals),
    }))
    const [first, second] = paid
    assert.ok(first && second && first.to !== second.to)
    const txHash = await node.send('normal', [first, second])
    await scene.mine(1)
    // Mined again in another block, it still pays both, and each once.
    await scene.fork(1)
    await scene.toFinal()
    for (const session of sessions) {
      assert.equal(await standing(world, session), 'confirmed/none')
      assert.equal((await readSession(world, session)).tx_hash, txHash)
    }
    await scene.endsAsFresh()
  })
}

const paidIn = (currency: string) => ({ amount: '100', accepted_assets: [currency] })

for (const kind of ['keeps a part', 'only calls itself like ours', 'is moved by a contract']) {
  test(`a token that ${kind}, on simulated Bitcoin`, { skip: 'it has no tokens and no contracts' })
}

// Planted faults: a token that delivers less is believed; a token counts whatever its contract is;
// what contracts move is left out.
for (const stage of [stages.bsc, stages.anvil]) {
  test(`a token that keeps a part of what is sent, on ${stage.name}`, async () => {
    await using scene = await setScene(stage, { taxed: true })
    const address = await scene.openWallet('c1')
    await scene.begin()
    await scene.send(address, '100', { kind: 'fee_on_transfer' })
    await scene.mine(1)
    await scene.fork(1)
    await scene.toFinal()
    assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', scene.asset, '99'))
    await scene.endsAsFresh()
  })

  test(`a token that only calls itself like ours, on ${stage.name}`, async () => {
    await using scene = await setScene(stage)
    const address = await scene.openWallet('c1')
    await scene.begin()
    await scene.send(address, '100', { kind: 'fake_token' })
    await scene.send(address, '1')
    await scene.toFinal()
    assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', scene.asset, '1'))
    await scene.endsAsFresh()
  })

  test(`coins that a contract moves, on ${stage.name}, also when it is mined again`, async () => {
    await using scene = await setScene(stage)
    const { asset, coin } = scene
    // Whoever asks for coins expects them: there the balance is looked at as well.
    const address = await scene.openWallet('c1', coin)
    await scene.begin()
    await scene.send(address, '3', { kind: 'internal', asset: coin })
    await scene.mine(1)
    await scene.fork(1)
    await scene.send(address, '100')
    await scene.toFinal()
    assert.deepEqual(await scene.holdings(), {
      ...heldBy('customer.wallet', coin, '3'),
      ...heldBy('customer.wallet', asset, '100'),
    })
    await scene.endsAsFresh()
  })
}

const elsewhere = { bsc: 'USDT_POLYGON', anvil: 'TUSD' } as const

// Planted fault: only the chains that were asked for are watched.
for (const [name, currency] of Object.entries(elsewhere)) {
  test(`the right token on the wrong chain, where the address is ours too: ${name}`, async () => {
    await using scene = await setScene(currency === 'TUSD' ? stages.anvil : stages.bsc)
    const { world } = scene
    const session = await openSession(world, paidIn('USDT_BSC'))
    const [option] = session.payment_details
    const other = resolveAsset({ currency })
    await scene.begin()
    assert.ok(option)
    await world.send({ to: option.address, currency, amount: '100' })
    await world.mine(currency, 12)
    assert.equal(await standing(world, session), 'pending/wrong_asset')
    assert.equal((await caseOf(world, session, 'foreign'))?.payment_id, session.id)
    assert.deepEqual(await scene.holdings(), heldBy('exceptions.foreign', other, '100'))
    await scene.endsAsFresh()
  })
}

/** Planted fault: a log of nothing counts as a transfer. */
test('logs of nothing from and to our address, and a look-alike that pays, on real anvil', async () => {
  await using scene = await setScene(stages.anvil)
  const { evm, asset } = scene
  const address = await scene.openWallet('c1')
  await scene.begin()
  assert.ok(evm)
  const lookalike = lookalikeOf(address)
  await scene.send(address, '100')
  await scene.send(lookalike, '1')
  await scene.mine(1)
  const { dollar, fake } = evm.play.contracts
  for (const to of [dollar, fake]) {
    await transact(evm.play, { to, data: await tokenCall('transfer', [address, 0n]) })
    const nothing = await tokenCall('transferFrom', [address, lookalike, 0n])
    await transact(evm.play, { to, data: nothing })
  }
  await scene.mine(1)
  await scene.fork(1)
  await payAs(evm, lookalike, { to: dollar, data: await tokenCall('transfer', [address, 0n]) })
  await payAs(evm, lookalike, { to: dollar, data: await tokenCall('transfer', [address, 1n]) })
  await scene.toFinal()
  // Coins are coins, whoever sends them; what moves nothing is nothing.
  assert.deepEqual(await scene.holdings(), heldBy('customer.wallet', asset, '100.000001'))
  await scene.endsAsFresh()
})

test('logs of nothing on a simulated chain', {
  skip: 'a simulated chain has no transfers of nothing: its node writes down what moves alone',
})

/** An address that begins and ends like another. */
const lookalikeOf = (address: string): string =>
  `0x${address.slice(2, 6).toLowerCase()}${'a'.repeat(32)}${address.slice(-4).toLowerCase()}`

/** A transaction from an address whose key nobody has. */
async function payAs({ play }: EvmWorld, from: string, call: Sent): Promise<void> {
  await play.anvil.ask('anvil_impersonateAccount', from)
  await play.anvil.ask('anvil_setBalance', from, '0xde0b6b3a7640000')
  await play.anvil.ask('eth_sendTransaction', { from, to: call.to, data: call.data })
}
