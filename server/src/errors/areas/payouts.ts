import { define } from '../define.ts'

/** Refusals of `payouts`: creating, reading and calling back. */
export const payoutErrors = {
  'payouts.payout_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no payout ${c.id} here. An id works only with keys of its environment.`,
  }),
  'payouts.payout_place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
  'payouts.destination_invalid': define<{ address: string; network: string; problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.address} cannot be paid on ${c.network}: ${c.problem}.`,
  }),
  'payouts.destination_is_token': define<{ address: string; network: string; token: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `${c.address} is the contract of ${c.token} on ${c.network}: what is sent there is lost. Give the address of a wallet.`,
  }),
  'payouts.destination_is_ours': define<{ address: string; network: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `${c.address} on ${c.network} is a deposit address of this installation: a payout would pay fees to come back. Give an address outside of it.`,
  }),
  'payouts.amount_below_minimum': define<{ amount: string; least: string; currency: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `${c.amount} ${c.currency} is less than can be paid out now: ${c.least}. GET /v1/withdrawals/min-amount tells it for each asset.`,
  }),
  'payouts.amount_below_fee': define<{ amount: string; fee: string; currency: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `Nothing of ${c.amount} ${c.currency} would arrive: the fee is ${c.fee} now. GET /v1/withdrawals/fee-estimate tells it.`,
  }),
  'payouts.batch_invalid': define<{ count: number; errors: readonly object[] }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `Rows that cannot be paid: ${c.count}. Nothing was reserved for any; \`errors\` says what is wrong with which.`,
  }),
  'payouts.external_id_reused': define<{ externalId: string }>({
    status: 422,
    retry: 'changed',
    say: (c) =>
      `The external_id ${c.externalId} was used for another request. It names one for ever: use a new one for each.`,
  }),
  'payouts.cannot_cancel': define<{ id: string; status: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `${c.id} cannot be called back any more: it is ${c.status}.`,
  }),
  'payouts.broadcast_failure': define<{ rollback_confirmed: true }>({
    status: 400,
    retry: 'changed',
    say: () => 'Node rejected transaction. Balance rolled back.',
  }),
}
