/** The members that the API writes as JSON numbers and that are amounts, rates or percentages. */
export const exactMembers: ReadonlySet<string> = new Set([
  'amount',
  'amount_usd',
  'balance_usd',
  'crytom_fee',
  'estimated_fee',
  'estimated_received',
  'net_amount',
  'network_fee',
  'rate',
  'rate_applied',
  'received_amount',
  'total_amount',
  'total_balance_usd',
  'total_estimated_fee',
])
