import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { testApi, testApiCtx } from '../../../test/api.ts'
import { testDatabase } from '../../../test/database.ts'
import { route } from '../route.ts'

const echo = route({
  method: 'POST',
  path: '/v1/echo',
  summary: 'Echo',
  tag: 'Test',
  body: z.strictObject({ word: z.string() }),
  reply: { 201: z.strictObject({ word: z.string(), book: z.string() }) },
  handle: async (_ctx, { body, principal }) => ({
    status: 201,
    data: { word: body.word, book: principal.book.bookId },
  }),
})

test('first light', async () => {
  await using database = await testDatabase()
  const shell = testApiCtx(database.db)
  await using api = await testApi(shell, { routes: [echo] })
  const r = await api.call('/v1/echo', { body: { word: 'x' } })
  console.log(r)
  console.log(await api.call('/v1/echo', { body: { word: 1, z: 2 } }))
  console.log(await api.call('/v1/ech'))
  console.log(await api.call('/v1/echo'))
  console.log(await api.send('/v1/echo', { body: '{}' }))
  console.log(shell.logged())
})
