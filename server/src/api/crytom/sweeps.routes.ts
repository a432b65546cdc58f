import { z } from 'zod'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { resolveAsset } from '../../money/alias.ts'
import { planSweep } from '../../sweeps/plan-sweep.action.ts'
import { findSweep, listSweeps } from '../../sweeps/read-sweeps.action.ts'
import { planSnapshot, sweepSnapshot } from '../../sweeps/snapshot.ts'
import { prepareSweep } from '../../sweeps/start-sweep.action.ts'
import { route } from '../route.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams, line } from './payment-shapes.ts'
import { Sweep, sweepNames } from './sweep-shapes.ts'

const currency = line(200).meta({ examples: ['USDT'] })
const network = line(200).meta({ examples: ['BSC'] })
const amount = (description: string) => z.string().meta({ description, examples: ['250.5'] })

const Plan = z.strictObject({
  ...sweepNames,
  legs: z.array(
    z.strictObject({
      address: z.string(),
      owner_id: z.string().describe('The payment or wallet whose address it is.'),
      amount: amount('What lies there.'),
      cost: amount('Its part of the fee, in `fee_currency`.'),
      break_even: z.string().nullable().describe('The same in the currency; null without a price.'),
      min_economic: z
        .string()
        .nullable()
        .describe(
          'Less than this stays where it is: moving it would cost more than a tenth of it.',
        ),
      worthwhile: z.boolean(),
    }),
  ),
  total: amount('What would arrive in the treasury.'),
  estimated_fee: amount('What that would cost, in `fee_currency`, with `setup_fee`.'),
  setup_fee: z
    .string()
    .nullable()
    .describe('What the first sweep costs more, to put in place on the chain what it needs.'),
})

const PLAN_ERRORS = [
  'money.unknown_currency',
  'money.unknown_network',
  'money.ambiguous_network',
  'money.currency_not_on_network',
  'custody.no_deposit_route',
  'custody.signer_changed',
  'chain.unreachable',
  'signer.no_answer',
  'sweeps.sweep_not_possible',
] as const satisfies readonly ErrorCode[]

/** `GET /v1/sweeps/plan` */
export const planASweep = route({
  method: 'GET',
  path: '/v1/sweeps/plan',
  summary: 'See what a sweep would do and cost',
  description: 'Deposits of one currency, address by address. Nothing is spent.',
  tag: 'Sweeps',
  query: z.strictObject({ currency, network: network.optional() }),
  reply: { 200: Plan },
  errors: PLAN_ERRORS,
  handle: async (ctx, { principal: { book }, query }) => ({
    status: 200,
    data: planSnapshot(await planSweep(ctx, book, resolveAsset(query))),
  }),
})

/** `POST /v1/sweeps` */
export const createSweep = route({
  method: 'POST',
  path: '/v1/sweeps',
  summary: 'Gather deposits into your treasury',
  description:
    'Moves what is worth moving, as the plan shows it, in one transaction. It is signed, sent and followed after the answer; `sweep.completed` or `sweep.failed` tells the end.',
  tag: 'Sweeps',
  body: z.strictObject({ currency, network: network.optional() }),
  example: { currency: 'USDT', network: 'BSC' },
  reply: { 202: Sweep },
  errors: [
    ...PLAN_ERRORS,
    'sweeps.nothing_to_sweep',
    'sweeps.sweep_running',
    'custody.cannot_send',
  ],
  prepare: async (ctx, { principal: { book }, body }) => {
    const start = await prepareSweep(ctx, { book, asset: resolveAsset(body) })
    return async (dbTx) => ({ status: 202, data: sweepSnapshot(await start(dbTx)) })
  },
})

/** `GET /v1/sweeps` */
export const listAllSweeps = route({
  method: 'GET',
  path: '/v1/sweeps',
  summary: 'List sweeps',
  tag: 'Sweeps',
  query: z.strictObject(pageQuery),
  reply: { 200: z.array(Sweep) },
  errors: ['sweeps.sweep_place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const listed = await listSweeps(ctx.db, book, query)
    return {
      status: 200,
      data: listed.items,
      pagination: pagination(query, listed.total, listed.next),
    }
  },
})

/** `GET /v1/sweeps/:id` */
export const getSweep = route({
  method: 'GET',
  path: '/v1/sweeps/:id',
  summary: 'Fetch a sweep',
  tag: 'Sweeps',
  params: idParams,
  reply: { 200: Sweep },
  errors: ['sweeps.sweep_unknown'],
  handle: async (ctx, { principal: { book }, params }) => ({
    status: 200,
    data: await findSweep(ctx.db, book, params.id),
  }),
})
