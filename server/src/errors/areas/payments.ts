import { define } from '../define.ts'

/** Refusals of `payments`. */
export const paymentErrors = {
  'payments.payment_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no payment ${c.id} here. An id works only with keys of its environment.`,
  }),
  'payments.exception_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no exception ${c.id} here. GET /v1/exceptions lists them.`,
  }),
  'payments.place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
  'payments.amount_too_large': define<{ amount: string; most: string; currency: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `${c.amount} ${c.currency} is more than one payment can ask for: at most ${c.most}.`,
  }),
  'payments.asset_unavailable': define<{ asset: string; choices: readonly string[] }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `${c.asset} cannot be received here: no chain of it is connected. Choose among: ${c.choices.join(', ')}.`,
  }),
  'payments.nothing_receivable': define<{ environment: string }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `Nothing can be received with ${c.environment} keys yet: no chain is connected for them. Whoever runs this server can connect one.`,
  }),
  'payments.asset_not_offered': define<{ currency: string; choices: readonly string[] }>({
    status: 400,
    retry: 'changed',
    say: (c) => `This payment was not offered in ${c.currency}. It takes: ${c.choices.join(', ')}.`,
  }),
  'payments.url_not_allowed': define<{ param: string; problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.param} cannot be used: ${c.problem}.`,
  }),
  'payments.exception_resolved': define<{ id: string; resolution: string }>({
    status: 409,
    retry: 'never',
    say: (c) =>
      `The exception ${c.id} was resolved before, by ${c.resolution}. Nothing was changed.`,
  }),
  'payments.verb_not_applicable': define<{
    verb: string
    kind: string
    choices: readonly string[]
  }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `${c.verb} does not apply to an exception of kind ${c.kind}. Apply one of: ${c.choices.join(', ')}.`,
  }),
  'payments.still_too_little': define<{ percent: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `At today's rate too, what was received is ${c.percent} % of the price. Accept it as it is, or refund, credit or ignore it.`,
  }),
  'payments.refund_unknown': define<{ id: string }>({
    status: 404,
    retry: 'never',
    say: (c) => `There is no refund ${c.id} here. GET /v1/refunds lists them.`,
  }),
  'payments.refund_under_way': define<{ id: string; state: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `The refund ${c.id} awaits no payout: it is ${c.state}.`,
  }),
  'payments.refund_address_invalid': define<{ address: string; network: string; problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.address} cannot receive a refund on ${c.network}: ${c.problem}.`,
  }),
}
