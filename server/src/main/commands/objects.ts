import { z } from 'zod'
import { command } from '../cli/command.ts'
import { flag, operand, option, wholeNumber } from '../cli/parameter.ts'
import { serverOptions } from '../server/find-server.ts'
import type { Listed } from '../server/objects.ts'

const json = flag('JSON as the API has it, instead of a table')
const shared = { ...serverOptions, json }

const text = (doc: string, value?: string) =>
  option(z.string().optional(), value === undefined ? { doc } : { doc, value })

const needed = (doc: string, value?: string) =>
  option(z.string(), value === undefined ? { doc } : { doc, value })

const limit = option(wholeNumber(1, 100_000).default(20), { doc: 'how many', value: 'N' })

const customer = text('only those of this customer of yours', 'ID')
const currency = text('only those of this currency')

const listOf = async (listed: Omit<Listed, 'limit' | 'query'>) => {
  const { list } = await import('../server/objects.ts')
  return { list, listed }
}

const getOf = (name: string, doc: string, path: string) =>
  command({
    name,
    doc,
    given: z.strictObject({ id: operand(z.string(), { doc: 'its id' }), ...shared }),
    examples: [{ line: `${name} …`, doc: 'every member of it' }],
    load: async () => {
      const { get } = await import('../server/objects.ts')
      return (machine, given) => get(machine, given, `${path}/${encodeURIComponent(given.id)}`)
    },
  })

/** `coffer balance` */
export const balance = command({
  name: 'balance',
  doc: 'show what you have, of each currency and network',
  given: z.strictObject(shared),
  examples: [{ line: 'balance', doc: 'available, pending and reserved' }],
  load: async () => {
    const { list, listed } = await listOf({
      path: '/v1/balance',
      columns: ['currency', 'network', 'available', 'pending', 'reserved', 'balance_usd'],
      none: 'Nothing was ever booked.',
    })
    return (machine, given) => list(machine, given, listed)
  },
})

/** `coffer payments list` */
export const paymentsList = command({
  name: 'payments list',
  doc: 'list payments, checkout sessions and invoices, the newest first',
  given: z.strictObject({
    status: text('only those that stand so: confirming, confirmed, expired …'),
    customer,
    limit,
    ...shared,
  }),
  examples: [{ line: 'payments list --status confirmed --limit 100', doc: 'the last paid ones' }],
  load: async () => {
    const { list, listed } = await listOf({
      path: '/v1/payments',
      columns: ['id', 'status', 'exception', 'amount', 'currency', 'amount_received', 'created_at'],
      none: 'There is no such payment.',
    })
    return (machine, { status, customer: customer_id, ...given }) =>
      list(machine, given, { ...listed, query: { status, customer_id }, limit: given.limit })
  },
})

/** `coffer payments get` */
export const paymentsGet = getOf(
  'payments get',
  'show a payment, a checkout session or an invoice',
  '/v1/payments',
)

/** `coffer payments create` */
export const paymentsCreate = command({
  name: 'payments create',
  doc: 'ask for a payment, and show the addresses to pay to',
  given: z.strictObject({
    amount: needed('how much, such as 250.5'),
    currency: needed('of which currency the amount is, such as USD'),
    accept: option(z.array(z.string()).default([]), {
      doc: 'what may be paid with, such as USDT_BSC; may be repeated; everything, if not given',
      value: 'ASSET',
    }),
    customer: text('your name of the customer', 'ID'),
    'callback-url': text('who is told of what happens to it', 'URL'),
    ...shared,
  }),
  examples: [
    { line: 'payments create --amount 250.5 --currency USD', doc: 'payable with everything' },
    { line: 'payments create --amount 20 --currency EUR --accept BTC --json', doc: 'to be piped' },
  ],
  load: async () => {
    const { post } = await import('../server/objects.ts')
    return (machine, given) => {
      const body = {
        amount: given.amount,
        fiat_currency: given.currency,
        customer_id: given.customer,
        callback_url: given['callback-url'],
        ...(given.accept.length > 0 ? { accepted_assets: given.accept } : {}),
      }
      return post(machine, given, { path: '/v1/payments', body })
    }
  },
})

/** `coffer wallets list` */
export const walletsList = command({
  name: 'wallets list',
  doc: "list customers' wallets, the newest first",
  given: z.strictObject({ customer, currency, limit, ...shared }),
  examples: [{ line: 'wallets list --customer user_123', doc: 'one customer, every currency' }],
  load: async () => {
    const { list, listed } = await listOf({
      path: '/v1/wallets',
      columns: ['id', 'customer_id', 'currency', 'network', 'balance', 'pending_balance'],
      none: 'There is no such wallet.',
    })
    return (machine, { customer: customer_id, currency: of, ...given }) => {
      const query = { customer_id, currency: of }
      return list(machine, given, { ...listed, query, limit: given.limit })
    }
  },
})

/** `coffer wallets get` */
export const walletsGet = getOf('wallets get', "show a customer's wallet", '/v1/wallets')

/** `coffer wallets create` */
export const walletsCreate = command({
  name: 'wallets create',
  doc: 'give a customer a wallet with an address of its own; asked again, the same one comes',
  given: z.strictObject({
    customer: needed('your name of the customer', 'ID'),
    currency: needed('such as USDT'),
    network: needed('such as BSC'),
    label: text('what you call it'),
    ...shared,
  }),
  examples: [
    {
      line: 'wallets create --customer user_123 --currency USDT --network BSC',
      doc: 'its address',
    },
  ],
  load: async () => {
    const { post } = await import('../server/objects.ts')
    return (machine, { customer: customer_id, currency: of, network, label, ...given }) => {
      const body = { customer_id, currency: of, network, label }
      return post(machine, given, { path: '/v1/wallets', body })
    }
  },
})

/** `coffer payouts list` */
export const payoutsList = command({
  name: 'payouts list',
  doc: 'list payouts, withdrawals and refunds that are sent, the newest first',
  given: z.strictObject({
    status: text('only those that stand so: pending_verification, processing, completed …'),
    currency,
    customer,
    batch: text('only those of this batch', 'ID'),
    limit,
    ...shared,
  }),
  examples: [{ line: 'payouts list --status failed', doc: 'whose money is back' }],
  load: async () => {
    const { list, listed } = await listOf({
      path: '/v1/payouts',
      columns: ['id', 'kind', 'status', 'amount', 'currency', 'network', 'problem', 'created_at'],
      none: 'There is no such payout.',
    })
    return (
      machine,
      { customer: customer_id, currency: of, batch: batch_id, status, ...given },
    ) => {
      const query = { customer_id, currency: of, batch_id, status }
      return list(machine, given, { ...listed, query, limit: given.limit })
    }
  },
})

/** `coffer payouts get` */
export const payoutsGet = getOf('payouts get', 'show a payout or a batch', '/v1/payouts')

/** `coffer payouts create` */
export const payoutsCreate = command({
  name: 'payouts create',
  doc: 'send coins from your balance to an address',
  more: 'It needs a name of yours, --external-id: the same line typed again shows the same payout and pays nothing, for ever. With a live key it also needs --live.',
  given: z.strictObject({
    amount: needed('what is taken from the balance, fee included'),
    currency: needed('such as USDT'),
    network: text('such as BSC'),
    to: needed('the address', 'ADDRESS'),
    'external-id': needed('your name of this payout', 'ID'),
    live: flag('yes, this is real money'),
    ...shared,
  }),
  examples: [
    {
      line: 'payouts create --amount 20 --currency USDT --network BSC --to 0x… --external-id inv-7',
      doc: 'from the sandbox',
    },
  ],
  load: async () => (await import('../server/create-payout.ts')).createPayout,
})
