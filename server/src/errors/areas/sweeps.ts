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
  'sweeps.sweep_place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
}
