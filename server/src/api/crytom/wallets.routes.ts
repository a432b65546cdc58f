import { z } from 'zod'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { exactNumberSchema } from '../../money/amount-schema.ts'
import { exactNumber } from '../../money/json-number.ts'
import { dollarText } from '../../rates/dollars.ts'
import { resolveAsset } from '../../money/alias.ts'
import { openWallet, prepareWallet } from '../../wallets/open-wallet.action.ts'
import {
  findWallet,
  listWallets,
  lookUpWallet,
  worthOf,
} from '../../wallets/read-wallets.action.ts'
import { supportedCurrencies } from '../../wallets/supported.ts'
import { route } from '../route.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams, line, metadata } from './payment-shapes.ts'
import { pricesOf, viewOf } from '../../wallets/view-wallets.action.ts'
import type { Wallet as KnownWallet } from '../../wallets/wallet.ts'
import type { Book } from '../../shell/book.ts'
import type { ApiCtx } from '../context.ts'
import { Wallet } from './wallet-shapes.ts'

const customer = line(255).meta({ examples: ['user_123'] })
const currency = line(200).meta({ examples: ['USDT'] })
const network = line(200).meta({ examples: ['BSC'] })

const NAMING_ERRORS = [
  'money.unknown_currency',
  'money.unknown_network',
  'money.ambiguous_network',
  'money.currency_not_on_network',
] as const satisfies readonly ErrorCode[]

/** `GET /v1/wallets/supported` */
export const listSupported = route({
  method: 'GET',
  path: '/v1/wallets/supported',
  summary: 'List what wallets can be made for',
  tag: 'Wallets',
  reply: {
    200: z.array(
      z.strictObject({ currency: z.string(), networks: z.array(z.string()).readonly() }),
    ),
  },
  handle: async (ctx, { principal: { book } }) => ({
    status: 200,
    data: [...supportedCurrencies(ctx.chains, book)],
  }),
})

/** `POST /v1/wallets` */
export const createWallet = route({
  method: 'POST',
  path: '/v1/wallets',
  summary: 'Create a wallet',
  description:
    'One address for each customer, currency and network, for ever: asked for again, the same wallet comes with 200. Coins of another asset that arrive at the address are credited to the same customer, in a wallet of that asset.',
  tag: 'Wallets',
  body: z.strictObject({
    customer_id: customer,
    currency,
    network,
    label: line(200).optional(),
    metadata,
  }),
  example: {
    customer_id: 'user_123',
    currency: 'USDT',
    network: 'BSC',
    label: 'John Doe Main Wallet',
  },
  reply: { 200: Wallet, 201: Wallet },
  errors: [
    ...NAMING_ERRORS,
    'custody.no_deposit_route',
    'custody.addresses_exhausted',
    'custody.signer_changed',
    'chain.unreachable',
    'signer.no_answer',
  ],
  prepare: async (ctx, { principal: { book }, body }) => {
    const { customer_id: customerId, ...rest } = body
    const asset = resolveAsset(rest)
    const request = { ...rest, customerId, asset, label: rest.label }
    const prepared = await prepareWallet(ctx, book, request)
    const prices = await pricesOf(ctx, book, [asset.id])
    return async (dbTx) => {
      const { wallet, isNew } = await openWallet(ctx, dbTx, { book, prepared })
      const data = await viewOf(dbTx, book, { wallet, prices })
      return { status: isNew ? 201 : 200, data }
    }
  },
})

/** `GET /v1/wallets` */
export const listAllWallets = route({
  method: 'GET',
  path: '/v1/wallets',
  summary: 'List wallets',
  tag: 'Wallets',
  query: z.strictObject({
    ...pageQuery,
    customer_id: customer.optional(),
    currency: currency.optional(),
  }),
  reply: { 200: z.array(Wallet) },
  errors: ['wallets.list_place_unknown', 'money.unknown_currency'],
  handle: async (ctx, { principal: { book }, query }) => {
    const wanted = { customerId: query.customer_id, currency: query.currency }
    const listed = await listWallets(ctx, book, { query: wanted, place: query })
    return {
      status: 200,
      data: listed.items,
      pagination: pagination(query, listed.total, listed.next),
    }
  },
})

/** `GET /v1/wallets/balance/aggregated` */
export const readAggregated = route({
  method: 'GET',
  path: '/v1/wallets/balance/aggregated',
  summary: 'Read what wallets hold together',
  description:
    'The worth of every wallet, or of one customer’s; `wallets` is one page of them, as in the list.',
  tag: 'Wallets',
  query: z.strictObject({ ...pageQuery, customer_id: customer.optional() }),
  reply: {
    200: z.strictObject({
      total_balance_usd: exactNumberSchema.meta({
        description: 'In US dollars, at the prices of now.',
        examples: [1500.25],
      }),
      without_price: z
        .array(z.string())
        .readonly()
        .describe('Codes of assets that are held and have no price now: not in the total.'),
      wallet_count: z.int(),
      wallets: z.array(Wallet),
    }),
  },
  errors: ['wallets.list_place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const customerId = query.customer_id
    const listed = await listWallets(ctx, book, { query: { customerId }, place: query })
    const { cents, unpriced } = await worthOf(ctx, book, customerId)
    const data = {
      total_balance_usd: exactNumber(dollarText(cents)),
      without_price: unpriced,
      wallet_count: listed.total,
      wallets: listed.items,
    }
    return { status: 200, data, pagination: pagination(query, listed.total, listed.next) }
  },
})

/** `GET /v1/wallets/lookup` */
export const lookupWallet = route({
  method: 'GET',
  path: '/v1/wallets/lookup',
  summary: 'Find a wallet by its customer',
  tag: 'Wallets',
  query: z.strictObject({ customer_id: customer, currency, network }),
  reply: { 200: Wallet },
  errors: [...NAMING_ERRORS, 'wallets.wallet_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const { customer_id: customerId, ...name } = query
    const wallet = await lookUpWallet(ctx.db, book, { ...name, customerId })
    return { status: 200, data: await show(ctx, book, wallet) }
  },
})

const show = async (ctx: Pick<ApiCtx, 'db' | 'rates'>, book: Book, wallet: KnownWallet) =>
  viewOf(ctx.db, book, { wallet, prices: await pricesOf(ctx, book, [wallet.asset]) })

/** `GET /v1/wallets/:id` */
export const getWallet = route({
  method: 'GET',
  path: '/v1/wallets/:id',
  summary: 'Fetch a wallet',
  tag: 'Wallets',
  params: idParams,
  reply: { 200: Wallet },
  errors: ['wallets.wallet_unknown'],
  handle: async (ctx, { principal: { book }, params }) => {
    const wallet = await findWallet(ctx.db, book, params.id)
    return { status: 200, data: await show(ctx, book, wallet) }
  },
})
