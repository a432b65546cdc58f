import { define } from '../define.ts'

const SHOWN_MAX = 60

// What a caller sent may be megabytes long: a sentence shows its beginning.
const shown = (text: string): string =>
  JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text)

const listed = (choices: readonly string[]): string => choices.join(', ')

/** Refusals of `money/`. */
export const moneyErrors = {
  'money.amount_invalid': define<{ text: string; problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${shown(c.text)} is not an amount: ${c.problem}.`,
  }),
  'money.amount_out_of_range': define<{ text: string; digitsMax: number }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `${shown(c.text)} is out of range: at most ${c.digitsMax} digits on each side of the point are counted.`,
  }),
  'money.amount_too_precise': define<{ text: string; decimals: number }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `${shown(c.text)} is too precise: this currency has ${c.decimals} decimals. Round it as you mean it and send it again.`,
  }),
  'money.rate_invalid': define<{ text: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${shown(c.text)} is not a rate: a decimal number above zero is meant.`,
  }),
  'money.unknown_currency': define<{ currency: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `No currency is called ${shown(c.currency)}. GET /v1/currencies lists them all.`,
  }),
  'money.unknown_network': define<{ network: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `No network is called ${shown(c.network)}. GET /v1/currencies lists them all.`,
  }),
  'money.ambiguous_network': define<{ asked: string; choices: readonly string[] }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${shown(c.asked)} can mean several networks. Name one of: ${listed(c.choices)}.`,
  }),
  'money.currency_not_on_network': define<{
    currency: string
    network: string
    choices: readonly string[]
  }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `${shown(c.currency)} does not exist on ${shown(c.network)}. It exists on: ${listed(c.choices)}.`,
  }),
  'money.json_invalid': define<{ problem: string; line: number; column: number }>({
    status: 400,
    retry: 'changed',
    say: (c) => `The JSON cannot be read: ${c.problem} at line ${c.line}, column ${c.column}.`,
  }),
}
