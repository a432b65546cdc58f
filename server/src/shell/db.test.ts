import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { inDbTx, openDb, sqlState, type DbTx } from './db.ts'

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

/** Seen to be answered as done while nobody looked at what PostgreSQL said to the commit. */
test('a transaction whose work loses the error of a statement is not taken for committed', async () => {
  await using database = await testDatabase()
  const losing = inDbTx(database, async (dbTx) => {
    await dbTx.query("insert into organization values ('org_1', 'One', now())")
    await dbTx.query('select 1 / 0').catch(() => undefined)
    return 'done'
  })
  await assert.rejects(losing, /nothing was committed/)
  assert.deepEqual(await database.db.query('select * from organization'), [])
})

/** Seen to fail where a dbTx was the bare connection: it wrote by itself, or with whoever was next. */
test('what goes on after its transaction was rolled back, or committed, writes nothing', async () => {
  await using database = await testDatabase()
  const add = (dbTx: DbTx, id: string): Promise<unknown> =>
    dbTx.query('insert into organization values ($1, $1, now())', [id])
  const late: Promise<unknown>[] = []
  const undone = inDbTx(database, async (dbTx) => {
    const { promise: failed, reject: fail } = Promise.withResolvers<never>()
    const goesOn = add(dbTx, 'org_1').then(async () => {
      fail(new Error('undone'))
      await new Promise(setImmediate)
      await add(dbTx, 'org_2')
    })
    late.push(goesOn)
    await Promise.all([failed, goesOn])
  })
  await assert.rejects(undone, /undone/)
  await assert.rejects(Promise.all(late), /its dbTx has ended/)
  const kept = await inDbTx(database, async (dbTx) => {
    await add(dbTx, 'org_3')
    return [dbTx]
  })
  for (const dbTx of kept) {
    await assert.rejects(add(dbTx, 'org_4'), /its dbTx has ended/)
    await assert.rejects(dbTx.script('select 1'), /its dbTx has ended/)
  }
  const rows = await database.db.query('select org_id from organization')
  assert.deepEqual(rows, [{ org_id: 'org_3' }])
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
