import { define } from '../define.ts'

/** Refusals of `money/`. */
export const moneyErrors = {
  'money.not_exact': define<{ text: string; decimals: number }>({
    status: 400,
    retry: 'changed',
    say: (c) => `"${c.text}" is not an amount with at most ${c.decimals} decimals.`,
  }),
}
