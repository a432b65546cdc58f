import { define } from '../define.ts'

/** Refusals of `ledger/`. */
export const ledgerErrors = {
  'ledger.insufficient_balance': define<{ account: string }>({
    status: 409,
    retry: 'changed',
    say: (c) => `The account ${c.account} does not hold enough for this transfer.`,
  }),
}
