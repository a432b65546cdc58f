import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { testApi, testApiCtx, type Reply } from '../../test/api.ts'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { AppError } from '../errors/app-error.ts'
import type { Db, Queryable } from '../shell/db.ts'
import { route } from './route.ts'

const write = { method: 'POST', summary: 'Put in', tag: 'Test', together: true } as const

/** A write that leaves a row; `bad` notes are refused, or run into a bug. */
const put = route({
  ...write,
  path: '/v1/notes',
  body: z.strictObject({ note: z.string(), bad: z.enum(['refused', 'bug']).optional() }),
  reply: { 201: z.strictObject({ id: z.string() }) },
  errors: ['tenancy.api_key_unknown'],
  handleInDbTx: async (ctx, dbTx, { body }) => {
    const id = ctx.ids.next('note')
    await dbTx.query('insert into note values ($1, $2)', [id, body.note])
    if (body.bad === 'refused') throw new AppError('tenancy.api_key_unknown', {})
    if (body.bad === 'bug') throw new RangeError('a bug')
    return { status: 201, data: { id } }
  },
})

/** Another one, which leaves its row at a later step. */
const putLater = route({
  ...write,
  path: '/v1/later',
  body: z.strictObject({ note: z.string() }),
  reply: { 201: z.strictObject({ id: z.string() }) },
  handleInDbTx: async (ctx, dbTx, { body }) => {
    const id = ctx.ids.next('note')
    await dbTx.query('select 1')
    await dbTx.query('insert into note values ($1, $2)', [id, body.note])
    return { status: 201, data: { id } }
  },
})

async function noteDatabase(): Promise<TestDatabase> {
  const database = await testDatabase()
  await database.db.script('create table note (id text primary key, note text not null)')
  return database
}

type Note = Readonly<{ id: string; note: string; tx: string }>

const notesIn = ({ db }: Readonly<{ db: Db }>): Promise<Note[]> =>
  db.query<Note>('select id, note, xmin::text as tx from note order by note')

const idIn = (reply: Reply | undefined): unknown => Object(Object(reply?.json).data).id

test('writes that come at the same time share a commit, and each has its own answer', async () => {
  await using database = await noteDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: [put] })
  const wanted = Array.from({ length: 60 }, (_, place) => `note ${100 + place}`)
  const replies = await Promise.all(wanted.map((note) => api.call('/v1/notes', { body: { note } })))
  const notes = await notesIn(database)
  assert.deepEqual(
    notes.map((one) => [one.note, one.id]),
    wanted.map((note, place) => [note, idIn(replies[place])]),
  )
  assert.ok(new Set(notes.map((one) => one.tx)).size < 30)
})

/** Seen to fail with all of them gathered alike. */
test('writes of different routes never share a commit, since each goes through steps of its own', async () => {
  await using database = await noteDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: [put, putLater] })
  await Promise.all(
    Array.from({ length: 60 }, (_, place) =>
      place % 2
        ? api.call('/v1/notes', { body: { note: 'now' } })
        : api.call('/v1/later', { body: { note: 'later' } }),
    ),
  )
  const notes = await notesIn(database)
  assert.equal(notes.length, 60)
  for (const [tx, of] of Map.groupBy(notes, (one) => one.tx)) {
    assert.equal(new Set(of.map((one) => one.note)).size, 1, `${tx} holds both`)
  }
})

/** Seen to fail with the refusal of one told to all, and with the others' rows lost. */
test('one that is refused, or runs into a bug, changes nothing for those it came with', async () => {
  await using database = await noteDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: [put] })
  const replies = await Promise.all(
    Array.from({ length: 40 }, (_, place) => {
      const bad = place % 8 === 3 ? { bad: place % 16 === 3 ? 'refused' : 'bug' } : {}
      const headers = { 'idempotency-key': `key ${place}` }
      return api.call('/v1/notes', { body: { note: `note ${100 + place}`, ...bad }, headers })
    }),
  )
  assert.deepEqual(
    replies.map((one) => one.status),
    replies.map((_, place) => (place % 8 !== 3 ? 201 : place % 16 === 3 ? 404 : 500)),
  )
  const notes = await notesIn(database)
  assert.deepEqual(
    notes.map((one) => one.id),
    replies.filter((one) => one.status === 201).map((one) => idIn(one)),
  )
})

/** Commits, and then loses the connection before the answer arrives, while it is told to. */
function losingCommits(db: Db, loss: Readonly<{ on: boolean }>): Db {
  const losing = (connection: Queryable): Queryable => ({
    ...connection,
    script: async (sql) => {
      await connection.script(sql)
      if (sql === 'commit' && loss.on) throw new Error('Connection terminated unexpectedly')
    },
  })
  return { ...db, withConnection: (work) => db.withConnection((one) => work(losing(one))) }
}

/** Seen to fail with every failed batch done again: then each note is there twice. */
test('when the answer of a shared commit is lost, nothing is done again', async () => {
  await using database = await noteDatabase()
  const loss = { on: false }
  const ctx = { ...testApiCtx(database.db), db: losingCommits(database.db, loss) }
  await using api = await testApi(ctx, { routes: [put] })
  loss.on = true
  const wanted = Array.from({ length: 20 }, (_, place) => `note ${100 + place}`)
  const send = (note: string) =>
    api.call('/v1/notes', { body: { note }, headers: { 'idempotency-key': note } })
  const replies = await Promise.all(wanted.map(send))
  assert.deepEqual(new Set(replies.map((one) => one.status)), new Set([503]))
  assert.deepEqual(
    (await notesIn(database)).map((one) => one.note),
    wanted,
  )
  loss.on = false
  const again = await Promise.all(wanted.map(send))
  assert.deepEqual(
    new Set(again.map((one) => one.headers['idempotency-replayed'])),
    new Set(['true']),
  )
  assert.equal((await notesIn(database)).length, wanted.length)
})
