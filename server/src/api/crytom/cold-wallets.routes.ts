import { z } from 'zod'
import { resolveAsset } from '../../money/alias.ts'
import { amountSchema } from '../../money/amount-schema.ts'
import { parseUnits } from '../../money/amount.ts'
import { putColdTerms, viewColdWallets } from '../../sweeps/cold/cold-wallets.action.ts'
import { prepareRemoval } from '../../sweeps/cold/remove-cold-wallet.action.ts'
import { route } from '../route.ts'
import { line } from './payment-shapes.ts'
import { ColdWallet } from './sweep-shapes.ts'

const currency = line(200).meta({ examples: ['USDT'] })
const network = line(200).meta({ examples: ['BSC'] })
const Viewed = ColdWallet.extend({
  booked: z.string().describe('What the books have in cold wallets of the currency.'),
  on_chain: z
    .string()
    .nullable()
    .describe(
      'What the chain has at the address in force, for information: others may pay there too. Null when no node says it.',
    ),
})

const NAME_ERRORS = [
  'money.unknown_currency',
  'money.unknown_network',
  'money.ambiguous_network',
  'money.currency_not_on_network',
] as const

/** `GET /v1/settings/cold-wallets` */
export const readColdWallets = route({
  method: 'GET',
  path: '/v1/settings/cold-wallets',
  summary: 'List cold wallets',
  tag: 'Settings',
  reply: { 200: z.array(Viewed) },
  handle: async (ctx, { principal: { book } }) => ({
    status: 200,
    data: await viewColdWallets(ctx, book),
  }),
})

/** `PUT /v1/settings/cold-wallets` */
export const changeColdWallet = route({
  method: 'PUT',
  path: '/v1/settings/cold-wallets',
  summary: 'Set the cold wallet of a currency',
  description:
    'Takes effect after 24 hours, the first time too, so that nobody can redirect your treasury at once; what was in force stays so until then. `cold.wallet.changed` tells it.',
  tag: 'Settings',
  body: z.strictObject({
    currency,
    network: network.optional(),
    address: line(200),
    keep: amountSchema,
  }),
  example: {
    currency: 'USDT',
    network: 'BSC',
    address: '0x52908400098527886E0F7030069857D2E4169EE7',
    keep: '25000',
  },
  reply: { 200: ColdWallet },
  errors: [
    ...NAME_ERRORS,
    'money.amount_too_precise',
    'money.amount_out_of_range',
    'payouts.destination_invalid',
    'payouts.destination_is_token',
    'payouts.destination_is_ours',
    'custody.cannot_send',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => {
    const asset = resolveAsset(body)
    const terms = { address: body.address, keep: parseUnits(body.keep, asset.decimals) }
    return { status: 200, data: await putColdTerms(ctx, dbTx, { book, asset, terms }) }
  },
})

/** `DELETE /v1/settings/cold-wallets` */
export const deleteColdWallet = route({
  method: 'DELETE',
  path: '/v1/settings/cold-wallets',
  summary: 'Remove the cold wallet of a currency',
  description:
    'At once. A transfer that is not signed yet is called back; what lies in the cold wallet stays yours.',
  tag: 'Settings',
  query: z.strictObject({ currency, network: network.optional() }),
  reply: { 200: ColdWallet },
  errors: [
    ...NAME_ERRORS,
    'sweeps.cold_wallet_unknown',
    'sweeps.cold_transfer_running',
    'signer.no_answer',
  ],
  prepare: async (ctx, { principal: { book }, query }) => {
    const remove = await prepareRemoval(ctx, { book, asset: resolveAsset(query) })
    return async (dbTx) => ({ status: 200, data: await remove(dbTx) })
  },
})
