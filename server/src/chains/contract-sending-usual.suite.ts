import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { assetId } from '../money/caip.ts'
import {
  accepted,
  minedState,
  requestOf,
  richKey,
  signedFor,
  somePayment,
} from './contract-sending-play.suite.ts'
import type { SendingWorld, SendingWorldMaker } from './contract-sending-world.suite.ts'

/** How far from the usual a payment's fee may be, as a factor. */
const FACTOR = 10n

/** What is said of a payment before there is a sender. */
export function usualTests({ make }: SendingWorldMaker): void {
  /** Seen to fail where a token's limit was that of a coin, and where the least was nothing. */
  test('what a payment usually takes is told without a sender, and its limit is enough', async () => {
    await using world = await make()
    for (const asset of world.assets) {
      const usual = await world.sender.usual(asset, 'normal')
      assert.ok(usual.fee > 0n && usual.feeMax >= usual.fee)
      const key = await richKey(world, [asset])
      const least = usual.least > world.unitsMin(asset) ? usual.least : world.unitsMin(asset)
      const payment = { ...somePayment(world, asset), units: least }
      const request = { ...requestOf(world, key, [payment]), feeMax: usual.feeMax }
      const signed = await signedFor(world, [key], request)
      assert.ok(usual.least >= world.unitsMin(asset), 'less than the chain lets be paid')
      await accepted(world, signed)
      await world.mine(1)
      const { fee } = await minedState(world, signed.txHash)
      assert.ok(fee <= usual.feeMax, `${asset} took ${fee}, at most ${usual.feeMax} was said`)
      assert.ok(fee * FACTOR >= usual.fee, `${asset} took ${fee}, not ${usual.fee}`)
    }
    await refusesOthers(world)
  })
}

async function refusesOthers({ sender }: SendingWorld): Promise<void> {
  const other = assetId('eip155:424242/slip44:60')
  await assert.rejects(sender.usual(other, 'normal'), (error) =>
    isError(error, 'chain.payment_not_possible'),
  )
}
