import { z } from 'zod'
import { type Reply } from './api.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { route } from '../src/api/route.ts'

export type Hooks = { before: (id: string) => Promise<void>; after: (id: string) => Promise<void> }

/** A write that leaves a row, and a hook at each end of its work. */
export function depositBox() {
  const hooks: Hooks = { before: async () => undefined, after: async () => undefined }
  const shape = {
    method: 'POST',
    summary: 'Put in',
    tag: 'Test',
    body: z.strictObject({ note: z.string() }),
    reply: { 201: z.strictObject({ id: z.string() }) },
  } as const
  const local = route({
    ...shape,
    path: '/v1/box',
    errors: ['tenancy.api_key_unknown'],
    handleInDbTx: async (ctx, dbTx, { body }) => {
      const id = ctx.ids.next('box')
      await hooks.before(id)
      await dbTx.query('insert into box values ($1, $2)', [id, body.note])
      await hooks.after(id)
      return { status: 201, data: { id } }
    },
  })
  const outside = route({
    ...shape,
    path: '/v1/outside',
    handle: async (ctx, { body }) => {
      const id = ctx.ids.next('box')
      await hooks.before(id)
      await ctx.db.query('insert into box values ($1, $2)', [id, body.note])
      await hooks.after(id)
      return { status: 201, data: { id } }
    },
  })
  return { hooks, routes: [local, outside] }
}

export async function boxDatabase(): Promise<TestDatabase> {
  const database = await testDatabase()
  await database.db.script('create table box (id text primary key, note text not null)')
  return database
}

export const notesIn = async ({ db }: TestDatabase): Promise<string[]> =>
  (await db.query<{ note: string }>('select note from box order by note')).map((row) => row.note)

export const keyed = (key: string, note = 'one') => ({
  body: { note },
  headers: { 'idempotency-key': key },
})

export const outcome = ({ status, headers, json }: Reply): string => {
  if (headers['idempotency-replayed'] === 'true') return 'replayed'
  return status === 201 ? 'worked' : String(Object(json).error)
}
