import { define } from '../define.ts'

/** Refusals of `payouts`: creating, reading and calling back. */
export const payoutErrors = {
  'payouts.payout_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no payout ${c.id} here. An id works only with keys of its environment.`,
  }),
}
