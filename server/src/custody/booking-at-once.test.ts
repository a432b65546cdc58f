import assert from 'node:assert/strict'
import { test } from 'node:test'
import { custodyOn, custodyWorld, dueDeposits, watchedKeys } from '../../test/custody-world.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { signerOfFile } from '../../test/signer.ts'
import { account } from '../ledger/chart.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Entry } from '../ledger/transfer.ts'
import { verifyLedger } from '../ledger/verify.action.ts'
import { assetsOn } from '../money/registry.ts'
import { units, type AssetId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import { inDbTx, openDb, sqlState, type Db } from '../shell/db.ts'
import { bookDeposit } from './book-deposit.action.ts'
import { watchChain } from './watch-chain.action.ts'

const { client: signer } = await signerOfFile()
const assets = assetsOn(networkNamed('BNB Chain').chain).map((one) => one.id)
const ROUNDS = 4
const FINAL = 20

/** Tells of every statement that PostgreSQL gave up because of a deadlock. */
const hearing = (db: Db, onDeadlock: () => void): Db => ({
  ...db,
  withConnection: (work) =>
    db.withConnection((connection) =>
      work({
        ...connection,
        query: async <Row extends object>(sql: string, params?: readonly unknown[]) => {
          try {
            return await connection.query<Row>(sql, params)
          } catch (error) {
            if (sqlState(error) === '40P01') onDeadlock()
            throw error
          }
        },
      }),
    ),
})

let spendings = 0

function spending(asset: AssetId): Entry {
  const [debit, credit] = [account('merchant.available', asset), account('fees.earned', asset)]
  spendings += 1
  const externalId = `test:spending:${spendings}`
  const transfers = [{ debit, credit, asset, units: units(1n) }]
  return { operation: 'test', externalId, facts: {}, transfers }
}

/** Half of it in the ledger's own batches, half in transactions of others. */
function spend(ctx: Readonly<{ db: Db; ledger: Ledger }>, bookId: BookId): Promise<unknown> {
  const { ledger } = ctx
  return Promise.all(
    assets.flatMap((asset) =>
      Array.from({ length: 5 }, () => [
        ledger.post(bookId, spending(asset)),
        inDbTx(ctx, (dbTx) => ledger.postInDbTx(dbTx, bookId, spending(asset))),
      ]).flat(),
    ),
  )
}

/**
 * Seen to fail (19 deadlocks, each of which holds everybody up for a second) with accounts locked
 * entry by entry: a deposit that comes in locks custody first, one that is taken back what is
 * available.
 */
test('coins that come, go with a fork and are spent at once never wait in a circle', async () => {
  await using world = await custodyWorld({ signer })
  let deadlocks = 0
  await using pool = openDb(world.url, { connectionsMax: 4 })
  const db = hearing(pool, () => (deadlocks += 1))
  const { bookCtx } = custodyOn(db)
  const { ledger } = bookCtx
  const issued = await world.issue({ kind: 'payment', id: 'pay_1' }, assets)
  const node = world.node('BNB Chain')
  const send = (count: number): Promise<readonly string[]> =>
    Promise.all(
      Array.from({ length: count }, (_, place) => {
        const { address: to = '', asset } = issued[place % issued.length] ?? {}
        assert.ok(asset !== undefined)
        return node.send('normal', [{ to, asset, units: units(50n) }])
      }),
    )
  const bookAtOnce = async (): Promise<void> => {
    for (const key of await watchedKeys(world.db)) await watchChain(world.watchCtx, key)
    const due = await dueDeposits(world.db)
    const twice = [...due, ...due.toReversed()].map((key) => bookDeposit(bookCtx, key))
    await Promise.all([...twice, spend({ db, ledger }, world.book.bookId)])
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const sent = await send(24)
    await node.mine(FINAL)
    await bookAtOnce()
    await node.reorg(
      FINAL,
      sent.filter((_, place) => place % 2 === 0),
    )
    await send(12)
    await node.mine(FINAL)
    await bookAtOnce()
  }
  assert.equal(deadlocks, 0)
  await ledger[Symbol.asyncDispose]()
  assert.equal((await verifyLedger(world)).kind, 'whole')
})
