import { define } from '../define.ts'

/** Refusals of `conversions/`. */
export const conversionErrors = {
  'conversions.amount_too_small': define<{ from: string; to: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `So little ${c.from} is worth less than the smallest unit of ${c.to}. Convert more at once.`,
  }),
  'conversions.conversion_differs': define<{ externalId: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The external_id ${c.externalId} stands for another conversion already. Use a new one for a new conversion.`,
  }),
  'conversions.conversion_place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
  'conversions.conversion_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no conversion ${c.id} here. GET /v1/conversions lists them.`,
  }),
  'conversions.insufficient_liquidity': define<{ asset: string; available: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `Conversions into ${c.asset} are served from your liquidity, which holds ${c.available} of it. Convert less, or add to it with POST /v1/liquidity.`,
  }),
  'conversions.same_asset': define<{ asset: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `Both sides of the conversion are ${c.asset}. Name another currency or network.`,
  }),
}
