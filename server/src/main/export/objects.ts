import { objectsIn, textIn } from '../server/members.ts'
import type { Server } from '../server/server.client.ts'
import { isIn, type Part, type Range, type Source } from './range.ts'

const PAGE = 100

/** How much later than it happened an event may stand in the log. */
const PLACED_WITHIN_MS = 10 * 60_000

const nothingToClose = { [Symbol.asyncDispose]: () => Promise.resolve() }

/** Payments, checkout sessions and invoices of a range, the newest first. */
export const exportedPayments = (server: Server, range: Range): Source => ({
  ...nothingToClose,
  columns: [
    ...['id', 'type', 'status', 'exception', 'amount', 'currency', 'asset', 'amount_due'],
    ...['amount_received', 'confirmations', 'tx_hash', 'customer_id', 'created_at', 'expires_at'],
    'metadata',
  ],
  parts: pages(server, '/v1/payments', {
    created_from: new Date(range.from).toISOString(),
    created_before: new Date(range.to).toISOString(),
  }),
})

/** Payouts, withdrawals and refunds of a range, the newest first. */
export const exportedPayouts = (server: Server, range: Range): Source => ({
  ...nothingToClose,
  columns: [
    ...['id', 'kind', 'status', 'amount', 'currency', 'network', 'estimated_fee', 'net_amount'],
    ...['amount_usd', 'destination_address', 'tx_hash', 'network_fee', 'network_fee_currency'],
    ...['problem', 'external_id', 'batch_id', 'customer_id', 'created_at', 'ended_at', 'metadata'],
  ],
  parts: payoutsIn(server, range),
})

/** Events of a range, in the order of the log. */
export const exportedEvents = (server: Server, range: Range): Source => ({
  ...nothingToClose,
  columns: ['id', 'created_at', 'event', 'object_id', 'sequence', 'data'],
  parts: eventsIn(server, range),
})

async function* pages(
  server: Server,
  path: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<Part> {
  let cursor: string | undefined
  do {
    const { data, total, nextCursor } = await server.get(path, { ...query, limit: PAGE, cursor })
    yield { rows: objectsIn(data), total }
    cursor = nextCursor
  } while (cursor !== undefined)
}

/** The list has no filter by time; it is the newest first, and left where it is too old. */
async function* payoutsIn(server: Server, range: Range): AsyncGenerator<Part> {
  for await (const { rows } of pages(server, '/v1/payouts', {})) {
    yield { rows: rows.filter((row) => isIn(range, textIn(row, 'created_at'))) }
    const last = rows.at(-1)
    if (last !== undefined && Date.parse(textIn(last, 'created_at')) < range.from) return
  }
}

async function* eventsIn(server: Server, range: Range): AsyncGenerator<Part> {
  const created_from = new Date(range.from).toISOString()
  let after: string | undefined
  for (;;) {
    const { data } = await server.get('/v1/events', { created_from, after, limit: PAGE })
    const rows = objectsIn(data)
    const last = rows.at(-1)
    if (last === undefined) return
    yield { rows: rows.filter((row) => isIn(range, textIn(row, 'created_at'))) }
    if (Date.parse(textIn(last, 'created_at')) > range.to + PLACED_WITHIN_MS) return
    after = textIn(last, 'id')
  }
}
