import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBitcoinSendingWorld } from '../../../test/bitcoin-sending-world.ts'
import { BTC, CHAIN } from '../../../test/bitcoin-world.ts'
import { inProcessSigner } from '../../../test/in-process-signer.ts'
import { outgoingDatabase, stateOf, steps } from '../../../test/outgoing-world.ts'
import { sandboxBook } from '../../../test/sandbox-book.ts'
import { signingMaster } from '../../../test/signing-world.ts'
import { realm, type BookChain } from '../../chains/contract-book-chain.ts'
import type { Payment, SendRequest } from '../../chains/contract-sending.ts'
import { units } from '../../money/units.ts'
import { manualClock } from '../../shell/clock.ts'
import { inDbTx } from '../../shell/db.ts'
import { deriveKey } from '../../signer/derived-key.ts'
import { TREASURY } from '../../chains/treasury-account.ts'
import type { OutgoingEnd } from './outgoing.ts'
import { planOutgoing } from './plan-outgoing.action.ts'
import type { SendOutgoingCtx } from './standing.ts'

const PAYMENTS = 60
const COIN = 10_000_000n

/** A treasury on a Bitcoin of the test's own, with coins of 0.1 each. */
async function treasuryWorld(coins: number) {
  const database = await outgoingDatabase()
  const bitcoin = await startBitcoinSendingWorld('p2wpkh')
  const { db } = database
  const clock = manualClock(1_700_000_000_000)
  const bookId = await sandboxBook(database)
  const path = `m/84'/1'/${TREASURY}'/0/0`
  const { address } = deriveKey(signingMaster, { family: 'bip122', path, network: 'regtest' })
  for (let coin = 0; coin < coins; coin += 1) await bitcoin.fund(address, BTC, units(COIN))
  const found: BookChain = { ...bitcoin, realm: realm('test'), witnesses: [bitcoin.adapter] }
  const ends: OutgoingEnd[] = []
  const ctx: SendOutgoingCtx = {
    ...{ db, clock, chains: { of: () => found, list: () => [found] } },
    ...inProcessSigner(clock),
    endings: { payout: (_dbTx, _book, { end }) => Promise.resolve(void ends.push(end)) },
  }
  const plan = async (objectId: string, payments: SendRequest['payments']) => {
    const book = { bookId, orgId: '', environment: 'test', clockOffsetMs: 0 } as const
    const key = { path, address }
    const request = { from: [key], change: key, payments, speed: 'normal' } as const
    const feeMax = units(1_000_000n)
    const id = await inDbTx({ db }, (dbTx) =>
      planOutgoing(ctx, dbTx, {
        ...{ book, chain: CHAIN, kind: 'payout', objectId },
        request: { ...request, feeMax },
      }),
    )
    assert.ok(id !== undefined)
    return { book_id: bookId, outgoing_id: id }
  }
  const balance = async (of: string): Promise<bigint> =>
    bitcoin.adapter.balanceOf(of, BTC, (await bitcoin.adapter.tips()).latest.height)
  return {
    ...{ bitcoin, ctx, ends, plan, address, balance, db },
    [Symbol.asyncDispose]: async () => {
      await bitcoin[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

type World = Awaited<ReturnType<typeof treasuryWorld>>

/** So many payments, each of another amount, to as many strangers. */
const paymentsOf = ({ bitcoin }: World, count: number): SendRequest['payments'] => {
  const payment = (place: number): Payment => ({
    ...{ to: bitcoin.newAddress(), asset: BTC },
    units: units(1_000n + BigInt(place)),
  })
  return [payment(0), ...Array.from({ length: count - 1 }, (_, place) => payment(place + 1))]
}

test('sixty payments are one transaction, and what is left over comes back to the treasury', async () => {
  await using world = await treasuryWorld(1)
  const payments = paymentsOf(world, PAYMENTS)
  const key = await world.plan('dsp_1', payments)
  await steps(world.ctx, key, 3)
  await world.bitcoin.mine(6)
  await steps(world.ctx, key, 2)
  assert.equal((await stateOf(world.db, key)).state, 'final')
  for (const { to, units: paid } of payments) assert.equal(await world.balance(to), paid)
  const [end] = world.ends
  assert.ok(end?.kind === 'final')
  const sum = payments.reduce((all, one) => all + one.units, 0n)
  assert.equal(await world.balance(world.address), COIN - sum - end.mined.fee)
})

/** A node that knows them leaves out coins that wait; what is told of them is proved by the suite. */
test('two batches wait side by side on coins of their own, and a third waits for change', async () => {
  await using world = await treasuryWorld(2)
  const keys = []
  for (const name of ['dsp_1', 'dsp_2', 'dsp_3']) {
    keys.push(await world.plan(name, paymentsOf(world, 3)))
  }
  for (const key of keys) await steps(world.ctx, key, 3)
  const states = await Promise.all(keys.map((key) => stateOf(world.db, key)))
  assert.deepEqual(
    states.map(({ state }) => state),
    ['sent', 'sent', 'planned'],
  )
  await world.bitcoin.mine(1)
  for (const key of keys) await steps(world.ctx, key, 4)
  await world.bitcoin.mine(7)
  for (const key of keys) await steps(world.ctx, key, 2)
  assert.deepEqual(
    world.ends.map(({ kind }) => kind),
    ['final', 'final', 'final'],
  )
})
