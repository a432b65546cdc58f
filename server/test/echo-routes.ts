import { z } from 'zod'
import { AppError } from '../src/errors/app-error.ts'
import { amountSchema, exactNumberSchema } from '../src/money/amount-schema.ts'
import { exactNumber } from '../src/money/json-number.ts'
import { route } from '../src/api/route.ts'

const Word = z.strictObject({ word: z.string(), book: z.string(), now: z.int() })

/** Routes that say what they were told: for tests of everything around a route's own work. */
export const echoGet = route({
  method: 'GET',
  path: '/v1/echo',
  summary: 'Say a word',
  tag: 'Test',
  query: z.strictObject({ word: z.string().optional() }),
  reply: { 200: Word },
  handle: async (_ctx, { query, principal, now }) => ({
    status: 200,
    data: { word: query.word ?? '', book: principal.book.bookId, now },
  }),
})

/** The same with a body; `fail` makes it go wrong as it says. */
export const echoPost = route({
  method: 'POST',
  path: '/v1/echo',
  summary: 'Say a word',
  tag: 'Test',
  body: z.strictObject({
    word: z.string(),
    fail: z.enum(['bug', 'refusal', 'away']).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
  reply: { 201: Word },
  errors: ['tenancy.api_key_unknown'],
  handle: async (_ctx, { body, principal, now }) => {
    if (body.fail === 'bug') throw new TypeError('something is not as it should be')
    if (body.fail === 'refusal') throw new AppError('tenancy.api_key_unknown', {})
    if (body.fail === 'away') throw new AppError('shell.seal_broken', { what: body.word })
    return { status: 201, data: { word: body.word, book: principal.book.bookId, now } }
  },
})

/** An amount that goes in as number or text and comes out as an exact number. */
export const echoAmount = route({
  method: 'POST',
  path: '/v1/echo/amounts',
  summary: 'Say an amount',
  tag: 'Test',
  body: z.strictObject({ amount: amountSchema }),
  reply: { 200: z.strictObject({ amount: exactNumberSchema }) },
  handle: async (_ctx, { body }) => ({ status: 200, data: { amount: exactNumber(body.amount) } }),
})

/** All of them. */
export const echoRoutes = [echoGet, echoPost, echoAmount]
