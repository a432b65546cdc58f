import { z } from 'zod'
import { changeSpread, spreadOf } from '../../conversions/change-spread.action.ts'
import { moveLiquidity, readLiquidity } from '../../conversions/liquidity.action.ts'
import { SPREAD_PPM_MAX } from '../../conversions/price-conversion.ts'
import { positiveAmountSchema, wholeNumberSchema } from '../../money/amount-schema.ts'
import { resolveAsset } from '../../money/alias.ts'
import { formatUnits, parseUnits } from '../../money/amount.ts'
import { knownAsset } from '../../money/registry.ts'
import { route } from '../route.ts'
import { Liquidity, LiquidityMove } from './conversion-shapes.ts'
import { line } from './payment-shapes.ts'
import { ConversionSettings } from './settings-shapes.ts'

/** `GET /v1/liquidity` */
export const listLiquidity = route({
  method: 'GET',
  path: '/v1/liquidity',
  summary: 'List your liquidity',
  description: 'What conversions are served from, asset by asset.',
  tag: 'Conversions',
  reply: { 200: z.array(Liquidity) },
  handle: async (ctx, { principal: { book } }) => {
    const rows = await readLiquidity(ctx.db, book)
    const data = rows.map((row) => {
      const { currency, network, id: asset, decimals } = knownAsset(row.asset)
      const available = formatUnits(row.available, decimals)
      const spread = formatUnits(row.spread, decimals)
      return { currency, network, asset, available, spread }
    })
    return { status: 200, data }
  },
})

/** `POST /v1/liquidity` */
export const changeLiquidity = route({
  method: 'POST',
  path: '/v1/liquidity',
  summary: 'Set coins aside for conversions',
  description:
    'Moves coins from your balance into the liquidity that conversions are served from (`in`), or back (`out`); `earnings` moves what the spread of conversions into the asset has earned to your balance. In the sandbox a market maker brings ten million dollars’ worth of an asset when it is first wanted.',
  tag: 'Conversions',
  body: z.strictObject({
    currency: line(200).meta({ examples: ['USDT'] }),
    network: line(200)
      .optional()
      .meta({ examples: ['BSC'] }),
    amount: positiveAmountSchema,
    direction: z.enum(['in', 'out', 'earnings']),
  }),
  example: { currency: 'USDT', network: 'BSC', amount: '25000.5', direction: 'in' },
  reply: { 201: LiquidityMove },
  errors: [
    'money.unknown_currency',
    'money.unknown_network',
    'money.ambiguous_network',
    'money.currency_not_on_network',
    'money.amount_too_precise',
    'money.amount_out_of_range',
    'conversions.insufficient_liquidity',
    'ledger.insufficient_balance',
    'ledger.account_closed',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => {
    const asset = resolveAsset(body)
    const units = parseUnits(body.amount, asset.decimals)
    const move = { book, asset, units, direction: body.direction }
    return { status: 201, data: await moveLiquidity(ctx, dbTx, move) }
  },
})

/** `GET /v1/settings/conversions` */
export const readConversionSettings = route({
  method: 'GET',
  path: '/v1/settings/conversions',
  summary: 'Read what you keep of conversions',
  tag: 'Settings',
  reply: { 200: ConversionSettings },
  handle: async (ctx, { principal: { book } }) => ({
    status: 200,
    data: { spread_ppm: await spreadOf(ctx.db, book) },
  }),
})

/** `PUT /v1/settings/conversions` */
export const changeConversionSettings = route({
  method: 'PUT',
  path: '/v1/settings/conversions',
  summary: 'Change what you keep of conversions',
  description: 'It holds for conversions from now on. 0, the default, keeps nothing.',
  tag: 'Settings',
  body: z.strictObject({ spread_ppm: wholeNumberSchema({ min: 0, max: SPREAD_PPM_MAX }) }),
  example: { spread_ppm: 2_500 },
  reply: { 200: ConversionSettings },
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => ({
    status: 200,
    data: await changeSpread(ctx, dbTx, { book, spreadPpm: body.spread_ppm }),
  }),
})
