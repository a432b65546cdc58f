import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { waitsForLock } from '../../test/cold-world.ts'
import { addressOf, applyTo, caseOf, openSession } from '../../test/payment-play.ts'
import { PAYEES, payoutWorld, type PayoutWorld } from '../../test/payout-world.ts'
import { USDT, usdt } from '../../test/supply-world.ts'
import { account } from '../ledger/chart.ts'
import { lockAvailable } from '../ledger/read-balances.action.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { firstPolicy } from './policy.ts'
import { putPolicyInForce, readPolicyToJudge } from './policy.store.ts'

const limits = [{ per: 'day', fromCents: 100_000_000n, then: 'approval' }] as const

/** What payouts lock first. */
const FIRST: Readonly<Record<string, (world: PayoutWorld, dbTx: DbTx) => Promise<unknown>>> = {
  'the policy': ({ book }, dbTx) => readPolicyToJudge(dbTx, book.bookId),
  'what is in flight': ({ book }, dbTx) =>
    lockAvailable(dbTx, book.bookId, [account('payouts.in_flight', usdt.id)]),
}

/**
 * Seen to wait in a circle while a decision booked before it asked for the policy, and while what
 * is in flight was locked after what is owed.
 */
for (const [what, lock] of Object.entries(FIRST)) {
  test(`a refund that is decided on and sent waits for ${what} with empty hands`, async () => {
    await using world = await payoutWorld()
    const { ctx, book } = world
    await world.fund(USDT, '100')
    await world.fund('BNB', '1')
    await world.ask({ amount: 1, currency: USDT, destination_address: PAYEES.evm })
    const session = await openSession(world)
    await world.pass(3_600_000)
    await world.send({ to: addressOf(session, USDT), currency: USDT, amount: '10' })
    await world.mine(USDT, 12)
    const one = await caseOf(world, session, 'late')
    const policy = { ...firstPolicy, approvers: 1, limits }
    const now = ctx.clock.now()
    await inDbTx(ctx, (dbTx) => putPolicyInForce(dbTx, book.bookId, { policy, now }))
    const [locked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const paying = inDbTx(ctx, async (dbTx) => {
      await lock(world, dbTx)
      locked.resolve()
      await goOn.promise
      await dbTx.query("set local lock_timeout = '200ms'")
      await lockAvailable(dbTx, book.bookId, [account('refunds.payable', usdt.id)])
    })
    await locked.promise
    const deciding = applyTo(world, one, 'refund', { address: PAYEES.evm })
    while (!(await waitsForLock(world))) await setImmediate()
    goOn.resolve()
    const [, decided] = await Promise.all([paying, deciding])
    assert.equal(decided.refunds.length, 1)
  })
}
