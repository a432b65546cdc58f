import { define } from '../define.ts'

/** Refusals of `ledger/`. */
export const ledgerErrors = {
  'ledger.insufficient_balance': define<{ account: string; available: string; wanted: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.account} has ${c.available} available, and this takes ${c.wanted}.`,
  }),
  'ledger.account_closed': define<{ account: string }>({
    status: 409,
    retry: 'changed',
    say: (c) => `The account ${c.account} is closed and takes part in nothing new.`,
  }),
  'ledger.account_not_empty': define<{ account: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `The account ${c.account} still holds or awaits something; empty it before it is closed.`,
  }),
  'ledger.account_unknown': define<{ account: string }>({
    status: 404,
    retry: 'changed',
    say: (c) => `There is no account ${c.account} in this book.`,
  }),
  'ledger.entry_differs': define<{ externalId: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The entry ${c.externalId} was booked before with other content. Use another id for another entry.`,
  }),
  'ledger.hold_ended': define<{ externalId: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `The hold that ${c.externalId} would end was posted or voided before.`,
  }),
  'ledger.hold_exceeded': define<{ externalId: string }>({
    status: 409,
    retry: 'changed',
    say: (c) => `${c.externalId} would post more than is held. Post at most what was held.`,
  }),
  'ledger.not_reversible': define<{ externalId: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The entry ${c.externalId} holds money or ends a hold, and cannot be reversed. Void the hold instead.`,
  }),
  'ledger.outcome_unknown': define<{ externalId: string }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `The database was lost while ${c.externalId} was being booked. Ask again with the same id: it is booked once at most.`,
  }),
  'ledger.overloaded': define<{ waiting: number }>({
    status: 503,
    retry: 'later',
    say: (c) => `${c.waiting} entries wait to be booked already. Ask again in a moment.`,
  }),
}
