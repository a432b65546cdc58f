// Made from the routes of /v1 by `npm run docs`; change those instead.

/** The members that are written as JSON numbers but are no counts; whether each may be null. */
export const exactMembers: ReadonlyMap<string, boolean> = new Map([
  ['amount', false],
  ['amount_usd', true],
  ['balance_usd', true],
  ['crytom_fee', false],
  ['estimated_fee', false],
  ['estimated_received', true],
  ['market_rate', false],
  ['min_amount', false],
  ['net_amount', true],
  ['network_fee', false],
  ['price_usd', true],
  ['rate', false],
  ['rate_applied', false],
  ['received_amount', false],
  ['spread_amount', false],
  ['total_amount', false],
  ['total_balance_usd', false],
  ['total_estimated_fee', false],
])
