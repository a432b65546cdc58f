import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { units } from '../money/units.ts'
import {
  accepted,
  balanceNow,
  minedState,
  requestOf,
  richKey,
  signedFor,
  somePayment,
} from './contract-sending-play.suite.ts'
import type { SendingWorld, SendingWorldMaker } from './contract-sending-world.suite.ts'
import type { InFlight, TxEffects } from './contract-sending.ts'
import { spendsOf } from './in-flight.ts'

const shared = (one: TxEffects, other: TxEffects): readonly string[] =>
  one.slots.filter((slot) => other.slots.includes(slot))

const inFlightOf = ({ assets }: SendingWorld, all: readonly TxEffects[]): InFlight => ({
  slots: all.flatMap(({ slots }) => slots),
  spends: all.flatMap((effects) => spendsOf(effects, assets[0])),
})

/** What a transaction leaves alone that others of ours use who are on their way. */
export function inFlightTests({ make }: SendingWorldMaker): void {
  /** Seen to fail where nodes alone were asked for the next number, and for outputs to spend. */
  test('what is in flight is used by nothing else, though no node knows of it yet', async () => {
    await using world = await make()
    const key = await richKey(world)
    await world.fund(key.address, world.assets[0], world.plenty)
    const payments = [somePayment(world), somePayment(world)]
    const built = []
    for (const payment of payments) {
      const inFlight = inFlightOf(
        world,
        built.map(({ effects }) => effects),
      )
      const request = { ...requestOf(world, key, [payment]), inFlight }
      built.push(await signedFor(world, [key], request))
    }
    const [first, second] = built
    assert.ok(first !== undefined && second !== undefined)
    assert.deepEqual(shared(first.effects, second.effects), [])
    for (const one of built) await accepted(world, one)
    await world.mine(2)
    for (const { txHash } of built) assert.ok((await minedState(world, txHash)).succeeded)
    for (const { to, asset, units: paid } of payments) {
      assert.equal(await balanceNow(world, to, asset), paid)
    }
  })

  /** Seen to fail where the balance was compared without what is on its way. */
  test('coins that are on their way are not there to be spent again', async () => {
    await using world = await make()
    for (const asset of world.assets) {
      const key = await richKey(world, [asset])
      const most = { ...somePayment(world, asset), units: units((world.plenty * 6n) / 10n) }
      const { effects } = await world.sender.build(requestOf(world, key, [most]))
      const inFlight = inFlightOf(world, [effects])
      const again = { ...most, to: world.newAddress() }
      await assert.rejects(
        world.sender.build({ ...requestOf(world, key, [again]), inFlight }),
        (error) => isError(error, 'chain.insufficient_funds'),
      )
    }
  })

  /** A number that is left out would hold up all that come after it. */
  test('what was given up before it was sent is used by the next', async (t) => {
    await using world = await make()
    if (!world.can.sharesSlots) return t.skip('nothing is shared here')
    const key = await richKey(world)
    await world.fund(key.address, world.assets[0], world.plenty)
    const payment = () => requestOf(world, key, [somePayment(world)])
    const { effects: given } = await world.sender.build(payment())
    const { effects: kept } = await world.sender.build({
      ...payment(),
      inFlight: inFlightOf(world, [given]),
    })
    const { effects: next } = await world.sender.build({
      ...payment(),
      inFlight: inFlightOf(world, [kept]),
    })
    assert.ok(shared(next, given).length > 0)
    assert.deepEqual(shared(next, kept), [])
  })

  /** Seen to fail where the slots that were named were not looked at. */
  test('a payment made again with the same slots excludes the one whose bytes were lost', async () => {
    await using world = await make()
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const lost = await signedFor(world, [key], request)
    await world.fund(key.address, world.assets[0], world.plenty)
    const again = { ...request, reuse: lost.effects.slots }
    if (world.expire !== undefined) {
      await assert.rejects(world.sender.build(again), (error) =>
        isError(error, 'chain.replacement_refused'),
      )
      return
    }
    const { effects } = await world.sender.build(again)
    assert.deepEqual(shared(lost.effects, effects), lost.effects.slots)
    await accepted(world, lost)
    await world.mine(1)
    await assert.rejects(world.sender.build(again), (error) =>
      isError(error, 'chain.replacement_refused'),
    )
  })
}
