import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { inDbTx, openDb, sqlState } from './db.ts'

test('a NUMERIC(78,0) arrives as the exact bigint that was sent', async () => {
  await using database = await testDatabase()
  const most = 10n ** 78n - 1n
  const rows = await database.db.query<{ n: bigint }>('select $1::numeric(78,0) as n', [most])
  assert.deepEqual(rows, [{ n: most }])
})

test('a transaction that throws leaves nothing behind', async () => {
  await using database = await testDatabase()
  const failing = inDbTx(database, async (dbTx) => {
    await dbTx.query("insert into organization values ('org_1', 'One', now())")
    await dbTx.query("insert into organization values ('org_1', 'Again', now())")
  })
  await assert.rejects(failing, (error) => sqlState(error) === '23505')
  assert.deepEqual(await database.db.query('select * from organization'), [])
})

/** Seen to end the whole process when nobody listened to the connection between two queries. */
test('a connection that is cut off inside a transaction fails that transaction alone', async () => {
  await using database = await testDatabase()
  await using other = openDb(database.url)
  const cut = inDbTx(database, async (dbTx) => {
    const [own] = await dbTx.query<{ pid: number }>('select pg_backend_pid() as pid')
    await other.query('select pg_terminate_backend($1, 5000)', [own?.pid])
    await dbTx.query('select 1')
  })
  await assert.rejects(cut, (error) => !/asks for a second/.test(String(error)))
  assert.deepEqual(await database.db.query('select 1 as one'), [{ one: 1 }])
})

/**
 * With a full pool such calls wait for each other for ever; in production nothing would say so
 * before. Every test's database refuses it, so that no room can do it unseen.
 */
test('in tests, who holds a connection and asks for a second one is refused', async () => {
  await using database = await testDatabase()
  const { db } = database
  const refusal = /asks for a second one/
  const reading = inDbTx(database, () => db.query('select 1'))
  await assert.rejects(reading, refusal)
  const nested = inDbTx(database, () => inDbTx(database, (dbTx) => dbTx.query('select 1')))
  await assert.rejects(nested, refusal)
  assert.deepEqual(await db.query('select 1 as one'), [{ one: 1 }])
})
