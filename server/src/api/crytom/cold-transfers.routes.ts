import { z } from 'zod'
import { txHashOf } from '../../chains/tx-hash.ts'
import { AppError } from '../../errors/app-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { resolveAsset } from '../../money/alias.ts'
import { knownNetwork, type Asset } from '../../money/registry.ts'
import { announceReturn } from '../../sweeps/cold/cold-returns.action.ts'
import { coldPlanSnapshot, coldTransferSnapshot } from '../../sweeps/cold/cold-snapshot.ts'
import { planCold } from '../../sweeps/cold/plan-cold.action.ts'
import { findColdTransfer, listColdTransfers } from '../../sweeps/cold/read-cold.action.ts'
import { prepareCold } from '../../sweeps/cold/start-cold.action.ts'
import { route } from '../route.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams, line } from './payment-shapes.ts'
import { ColdReturn, ColdTransfer, coldNames } from './sweep-shapes.ts'

const currency = line(200).meta({ examples: ['USDT'] })
const network = line(200).meta({ examples: ['BSC'] })
const named = z.strictObject({ currency, network: network.optional() })
const amount = (description: string) => z.string().meta({ description, examples: ['250.5'] })

const Plan = z.strictObject({
  ...coldNames,
  held: amount('What the treasury can spend: final, and not on its way out.'),
  keep: amount('What stays, by your settings.'),
  reserved: amount('What payouts hold.'),
  amount: amount('What would be sent.'),
  cost: amount('The fee, in `fee_currency`.'),
  break_even: z.string().nullable().describe('The same in the currency; null without a price.'),
  min_economic: z.string().nullable().describe('Less than this, ten times the cost, stays.'),
  worthwhile: z.boolean(),
})

const NAME_ERRORS = [
  'money.unknown_currency',
  'money.unknown_network',
  'money.ambiguous_network',
  'money.currency_not_on_network',
] as const satisfies readonly ErrorCode[]

const PLAN_ERRORS = [
  ...NAME_ERRORS,
  'custody.no_deposit_route',
  'custody.signer_changed',
  'chain.unreachable',
  'signer.no_answer',
  'sweeps.sweep_not_possible',
  'sweeps.cold_wallet_unknown',
  'sweeps.cold_wallet_waits',
] as const satisfies readonly ErrorCode[]

/** `GET /v1/sweeps/cold/plan` */
export const planColdTransfer = route({
  method: 'GET',
  path: '/v1/sweeps/cold/plan',
  summary: 'See what would go to your cold wallet',
  description: 'What the treasury holds beyond what stays there, and what sending it costs.',
  tag: 'Sweeps',
  query: named,
  reply: { 200: Plan },
  errors: PLAN_ERRORS,
  handle: async (ctx, { principal: { book }, query }) => ({
    status: 200,
    data: coldPlanSnapshot(await planCold(ctx, book, resolveAsset(query))),
  }),
})

/** `POST /v1/sweeps/cold` */
export const createColdTransfer = route({
  method: 'POST',
  path: '/v1/sweeps/cold',
  summary: 'Send to your cold wallet what is not needed',
  description:
    'What the plan of this moment says. After every sweep that is final it happens by itself. `cold.transfer.completed` or `cold.transfer.failed` tells the end.',
  tag: 'Sweeps',
  body: named,
  example: { currency: 'USDT', network: 'BSC' },
  reply: { 202: ColdTransfer },
  errors: [
    ...PLAN_ERRORS,
    'sweeps.nothing_for_cold',
    'sweeps.cold_transfer_running',
    'sweeps.cold_plan_outdated',
    'custody.cannot_send',
  ],
  prepare: async (ctx, { principal: { book }, body }) => {
    const start = await prepareCold(ctx, { book, asset: resolveAsset(body) })
    return async (dbTx) => ({ status: 202, data: coldTransferSnapshot(await start(dbTx)) })
  },
})

/** `GET /v1/sweeps/cold` */
export const listAllColdTransfers = route({
  method: 'GET',
  path: '/v1/sweeps/cold',
  summary: 'List transfers to cold wallets',
  tag: 'Sweeps',
  query: z.strictObject(pageQuery),
  reply: { 200: z.array(ColdTransfer) },
  errors: ['sweeps.cold_place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const { items, total, next } = await listColdTransfers(ctx.db, book, query)
    return { status: 200, data: items, pagination: pagination(query, total, next) }
  },
})

/** `GET /v1/sweeps/cold/:id` */
export const getColdTransfer = route({
  method: 'GET',
  path: '/v1/sweeps/cold/:id',
  summary: 'Fetch a transfer to a cold wallet',
  tag: 'Sweeps',
  params: idParams,
  reply: { 200: ColdTransfer },
  errors: ['sweeps.cold_transfer_unknown'],
  handle: async (ctx, { principal: { book }, params }) => ({
    status: 200,
    data: await findColdTransfer(ctx.db, book, params.id),
  }),
})

const TX_HASH = '0x4f1c0b6d8e2a937556aa01c3f7d9e8b2a4c6071f5d3e9b8a7c6d5e4f30211203'

/** `POST /v1/sweeps/cold/returns` */
export const announceColdReturn = route({
  method: 'POST',
  path: '/v1/sweeps/cold/returns',
  summary: 'Announce coins that come back from a cold wallet',
  description:
    'Say it before they are final: what that transaction brings to your treasury is then no new money. What was not announced is credited to you as a deposit.',
  tag: 'Sweeps',
  body: z.strictObject({
    tx_hash: line(200).meta({ examples: [TX_HASH] }),
    currency,
    network: network.optional(),
  }),
  example: { tx_hash: TX_HASH, currency: 'USDT', network: 'BSC' },
  reply: { 200: ColdReturn },
  errors: [...NAME_ERRORS, 'sweeps.cold_return_late'],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => {
    const asset = resolveAsset(body)
    const txHash = readTxHash(asset, body.tx_hash)
    const data = await announceReturn(ctx, dbTx, { book, asset, txHash })
    return { status: 200, data }
  },
})

/** As deposits have it: of another spelling nothing would ever be found. */
function readTxHash({ chain, network }: Asset, text: string): string {
  const txHash = txHashOf(knownNetwork(chain).family, text)
  if (txHash !== undefined) return txHash
  const [param, message] = ['tx_hash', `It names no transaction of ${network}.`]
  const errors = [{ param, message }]
  throw new AppError('api.invalid_request', { param, problem: message, errors })
}
