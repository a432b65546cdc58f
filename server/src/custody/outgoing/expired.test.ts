import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outgoingDatabase, stateOf, steps } from '../../../test/outgoing-world.ts'
import { startPolkadotWorld } from '../../../test/polkadot-world.ts'
import { sandboxBook } from '../../../test/sandbox-book.ts'
import { startSolanaSendingWorld } from '../../../test/solana-sending-world.ts'
import { realm, type BookChain } from '../../chains/contract-book-chain.ts'
import {
  balanceNow,
  requestOf,
  richKey,
  signWith,
  somePayment,
} from '../../chains/contract-sending-play.suite.ts'
import type { SendingWorld } from '../../chains/contract-sending-world.suite.ts'
import { manualClock } from '../../shell/clock.ts'
import { inDbTx } from '../../shell/db.ts'
import { LOST_LOOKS, type OutgoingEnd } from './outgoing.ts'
import { planOutgoing } from './plan-outgoing.action.ts'
import type { SendOutgoingCtx } from './standing.ts'

const WORLDS: Readonly<Record<string, () => Promise<SendingWorld>>> = {
  Polkadot: () => startPolkadotWorld(),
  Solana: startSolanaSendingWorld,
}

/** Planted fault: it has failed as soon as its time is over for good. */
test('a payment whose time is over is made anew, once the first can never be mined', async () => {
  for (const [name, make] of Object.entries(WORLDS)) {
    await using chain = await make()
    await using database = await outgoingDatabase()
    const { db } = database
    const clock = manualClock(1_700_000_000_000)
    const key = await richKey(chain)
    const found: BookChain = { ...chain, realm: realm('test'), witnesses: [chain.adapter] }
    const ends: OutgoingEnd[] = []
    const ctx: SendOutgoingCtx = {
      ...{ db, clock, chains: { of: () => found, list: () => [found] } },
      sign: async ({ intent, unsigned }) => {
        const built = { chain: intent.chain, bytes: unsigned, signers: intent.keys }
        const effects = chain.codec.explain(intent.chain, unsigned)
        return Promise.resolve(signWith(chain, { ...built, change: undefined, effects }, [key]))
      },
      signedBefore: () => Promise.resolve([]),
      endings: { payout: (_dbTx, _book, { end }) => Promise.resolve(void ends.push(end)) },
    }
    const bookId = await sandboxBook(database)
    const book = { bookId, orgId: '', environment: 'test', clockOffsetMs: 0 } as const
    const payment = somePayment(chain)
    const { change: _, ...request } = requestOf(chain, key, [payment])
    const plan = { book, chain: chain.adapter.chain, kind: 'payout', objectId: 'po_1' } as const
    const id = await inDbTx({ db }, (dbTx) => planOutgoing(ctx, dbTx, { ...plan, request }))
    assert.ok(id !== undefined)
    const of = { book_id: bookId, outgoing_id: id }
    await steps(ctx, of, 3)
    const [first] = await db.query<{ tx_hash: string }>('select tx_hash from outgoing_attempt')
    assert.ok(first !== undefined)
    await chain.drop(first.tx_hash)
    await chain.expire?.()
    await steps(ctx, of, LOST_LOOKS)
    const remade = await stateOf(db, of)
    assert.deepEqual([remade.state, remade.attempts], ['built', 2], name)
    await steps(ctx, of, 2)
    await chain.mine(1)
    await steps(ctx, of, 1)
    assert.equal((await stateOf(db, of)).state, 'mined', name)
    assert.equal(await balanceNow(chain, payment.to, payment.asset), payment.units, name)
  }
})
