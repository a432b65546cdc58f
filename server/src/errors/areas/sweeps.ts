import { define } from '../define.ts'

/** Refusals of `sweeps`. */
export const sweepErrors = {
  'sweeps.sweep_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no sweep ${c.id} here. GET /v1/sweeps lists them.`,
  }),
  'sweeps.nothing_to_sweep': define<{ asset: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `No address holds enough ${c.asset} for moving it to be worth what it costs. GET /v1/sweeps/plan shows each.`,
  }),
  'sweeps.sweep_running': define<{ asset: string; id: string }>({
    status: 409,
    retry: 'later',
    say: (c) => `${c.asset} is being swept by ${c.id}. Wait until it has ended.`,
  }),
  'sweeps.sweep_not_possible': define<{ asset: string; problem: string }>({
    status: 409,
    retry: 'changed',
    say: (c) => `${c.asset} cannot be swept now: ${c.problem}.`,
  }),
  'sweeps.cold_wallet_unknown': define<{ asset: string }>({
    status: 404,
    retry: 'changed',
    say: (c) =>
      `There is no cold wallet for ${c.asset}. PUT /v1/settings/cold-wallets sets one, which waits 24 hours.`,
  }),
  'sweeps.cold_wallet_waits': define<{ asset: string; until: string }>({
    status: 409,
    retry: 'later',
    say: (c) => `The cold wallet for ${c.asset} is not in force before ${c.until}.`,
  }),
  'sweeps.nothing_for_cold': define<{ asset: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `Your treasury holds no ${c.asset} beyond what stays there that would be worth what sending it costs. GET /v1/sweeps/cold/plan shows each amount.`,
  }),
  'sweeps.cold_transfer_running': define<{ asset: string; id: string }>({
    status: 409,
    retry: 'later',
    say: (c) => `${c.asset} is being sent to your cold wallet by ${c.id}. Wait until it has ended.`,
  }),
  'sweeps.cold_plan_outdated': define<{ asset: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `While this was planned, ${c.asset} of your treasury was promised to somebody else, or the settings changed. Nothing was sent; ask again.`,
  }),
  'sweeps.cold_transfer_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no cold transfer ${c.id} here. GET /v1/sweeps/cold lists them.`,
  }),
  'sweeps.cold_place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
  'sweeps.cold_return_late': define<{ tx_hash: string; asset: string }>({
    status: 409,
    retry: 'never',
    say: (c) =>
      `The ${c.asset} of ${c.tx_hash} were final before they were announced, and credited to you as a deposit.`,
  }),
  'sweeps.sweep_place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
}
