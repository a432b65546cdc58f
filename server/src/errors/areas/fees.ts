import { define } from '../define.ts'

/** Refusals of fee quotes. */
export const feeErrors = {
  'fees.fee_quote_unknown': define<{ id: string }>({
    status: 404,
    retry: 'changed',
    say: (c) =>
      `There is no fee quote ${c.id} here. GET /v1/withdrawals/fee-estimate gives one that holds for a minute.`,
  }),
  'fees.fee_quote_expired': define<{ id: string; expiredAt: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The fee quote ${c.id} expired at ${c.expiredAt}. Ask GET /v1/withdrawals/fee-estimate for a new one, or send no quote_id to take today's.`,
  }),
  'fees.fee_quote_for_another': define<{ id: string; asset: string; wanted: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `The fee quote ${c.id} is for ${c.asset}, not for ${c.wanted}.`,
  }),
}
