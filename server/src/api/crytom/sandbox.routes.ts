import { z } from 'zod'
import {
  exactNumberSchema,
  positiveAmountSchema,
  wholeNumberSchema,
} from '../../money/amount-schema.ts'
import { exactNumber } from '../../money/json-number.ts'
import { formatRate, parseRate } from '../../money/rate.ts'
import { setSandboxPrice } from '../../rates/set-sandbox-price.action.ts'
import { addFunds } from '../../sandbox/add-funds.action.ts'
import { sendDeposit } from '../../sandbox/send-deposit.action.ts'
import { advanceClock } from '../../tenancy/advance-clock.action.ts'
import { route } from '../route.ts'
import {
  addressText,
  assetErrors,
  BLOCKS_MAX,
  currencyName,
  networkName,
  sandboxPost,
} from './sandbox-shapes.ts'

const SECONDS_MAX = 366 * 86_400

/** `POST /v1/sandbox/deposits` */
export const sandboxDeposits = route({
  ...sandboxPost,
  path: '/v1/sandbox/deposits',
  summary: 'Play a payer',
  description:
    'Sends coins to an address on the simulated chain. `internal` is moved by a contract, `fake_token` only calls itself like the currency, of `fee_on_transfer` less arrives, `replaceable` waits until you mine or replace it, `dust` is too small to be worth moving.',
  body: z.strictObject({
    address: addressText,
    currency: currencyName,
    network: networkName.optional(),
    amount: positiveAmountSchema,
    kind: z
      .enum(['normal', 'internal', 'fake_token', 'fee_on_transfer', 'replaceable', 'dust'])
      .optional(),
    confirmations: wholeNumberSchema({ min: 0, max: BLOCKS_MAX })
      .optional()
      .describe('So many blocks are mined on it at once.'),
  }),
  example: {
    address: '0x52908400098527886E0F7030069857D2E4169EE7',
    currency: 'USDT',
    network: 'BSC',
    amount: '25',
    confirmations: 20,
  },
  reply: {
    201: z.strictObject({
      tx_hash: z.string(),
      address: z.string(),
      currency: z.string(),
      network: z.string(),
      amount: z.string().meta({ description: 'What was sent.' }),
    }),
  },
  errors: [...assetErrors, 'sandbox.deposit_address_invalid', 'sandbox.kind_not_playable'],
  handle: async (ctx, { principal, body }) => {
    const { txHash: tx_hash, asset, ...sent } = await sendDeposit(ctx, principal.book, body)
    const { currency, network } = asset
    return { status: 201, data: { tx_hash, ...sent, currency, network } }
  },
})

/** `POST /v1/sandbox/clock/advance` */
export const sandboxClock = route({
  ...sandboxPost,
  path: '/v1/sandbox/clock/advance',
  summary: 'Advance the clock',
  description: 'Moves the clock of your sandbox ahead: quotes expire, retries fall due.',
  body: z.strictObject({ seconds: wholeNumberSchema({ min: 1, max: SECONDS_MAX }) }),
  reply: { 200: z.strictObject({ now: z.iso.datetime() }) },
  errors: ['sandbox.test_key_needed', 'sandbox.clock_too_far'],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => {
    const now = await advanceClock(ctx, dbTx, { book, seconds: body.seconds })
    return { status: 200, data: { now: new Date(now).toISOString() } }
  },
})

/** `POST /v1/sandbox/prices` */
export const sandboxPrices = route({
  ...sandboxPost,
  path: '/v1/sandbox/prices',
  summary: 'Set a price',
  description: 'In US dollars. Without a price (null), quotes answer `rate_unavailable`.',
  body: z.strictObject({ currency: currencyName, price_usd: positiveAmountSchema.nullable() }),
  reply: {
    200: z.strictObject({ currency: z.string(), price_usd: exactNumberSchema.nullable() }),
  },
  errors: [
    'sandbox.test_key_needed',
    'money.unknown_currency',
    'money.rate_invalid',
    'rates.price_not_settable',
    'rates.price_out_of_range',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => {
    const usd = body.price_usd === null ? null : parseRate(body.price_usd)
    const symbol = await setSandboxPrice(ctx, dbTx, { book, currency: body.currency, usd })
    const price = usd === null ? null : exactNumber(formatRate(usd))
    return { status: 200, data: { currency: symbol, price_usd: price } }
  },
})

/** `POST /v1/sandbox/funds` */
export const sandboxFunds = route({
  ...sandboxPost,
  path: '/v1/sandbox/funds',
  summary: 'Top up your balance',
  description:
    'A test deposit to your treasury, found, booked and told of like any other; `available` when that is done, and ready to be paid out.',
  body: z.strictObject({
    currency: currencyName,
    network: networkName.optional(),
    amount: positiveAmountSchema,
  }),
  reply: {
    201: z.strictObject({
      tx_hash: z.string(),
      address: z.string(),
      currency: z.string(),
      network: z.string(),
      amount: z.string(),
      status: z.enum(['available', 'pending']),
    }),
  },
  errors: [...assetErrors, 'custody.no_deposit_route', 'chain.unreachable'],
  handle: async (ctx, { principal, body }) => {
    const { txHash: tx_hash, asset, ...funds } = await addFunds(ctx, principal.book, body)
    const { currency, network } = asset
    return { status: 201, data: { tx_hash, ...funds, currency, network } }
  },
})
