import { z } from 'zod'
import { amountSchema, wholeNumberSchema } from '../../money/amount-schema.ts'
import { parseUnits } from '../../money/amount.ts'
import { PARTS_PER_MILLION_MAX, SETTING_CENTS_MAX } from '../../payouts/fee-quote.ts'
import { changeFees, payoutFeesOf, payoutFeesSnapshot } from '../../payouts/fee-settings.action.ts'
import { dollarText } from '../../rates/dollars.ts'
import { route } from '../route.ts'
import { PayoutFees } from './settings-shapes.ts'

const CENT_DECIMALS = 2

/** Dollars in a body, as whole cents up to the most that can be settled. */
const dollars = amountSchema.transform((text, context) => {
  const isFine = /^\d{1,9}(\.\d{1,2})?$/.test(text)
  const cents = isFine ? parseUnits(text, CENT_DECIMALS) : undefined
  if (cents !== undefined && cents <= SETTING_CENTS_MAX) return cents
  const most = dollarText(SETTING_CENTS_MAX)
  context.addIssue({ code: 'custom', message: `It must be 0 to ${most}, in whole cents.` })
  return z.NEVER
})

/** `GET /v1/settings/payout-fees` */
export const readPayoutFees = route({
  method: 'GET',
  path: '/v1/settings/payout-fees',
  summary: 'Read your fee for payouts',
  description: 'What you take from payouts and withdrawals beside what the network takes.',
  tag: 'Settings',
  reply: { 200: PayoutFees },
  handle: async (ctx, { principal: { book } }) => ({
    status: 200,
    data: payoutFeesSnapshot(await payoutFeesOf(ctx.db, book)),
  }),
})

/** `PUT /v1/settings/payout-fees` */
export const changePayoutFees = route({
  method: 'PUT',
  path: '/v1/settings/payout-fees',
  summary: 'Change your fee for payouts',
  description: 'It counts in every quote from now on; quotes that were given hold their minute.',
  tag: 'Settings',
  body: z.strictObject({
    fixed_usd: dollars,
    parts_per_million: wholeNumberSchema({ min: 0, max: PARTS_PER_MILLION_MAX }),
    minimum_usd: dollars,
  }),
  example: { fixed_usd: '0.5', parts_per_million: 2500, minimum_usd: '5' },
  reply: { 200: PayoutFees },
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => {
    const settings = {
      fixedCents: body.fixed_usd,
      partsPerMillion: body.parts_per_million,
      minimumCents: body.minimum_usd,
    }
    return { status: 200, data: await changeFees(ctx, dbTx, { book, settings }) }
  },
})
