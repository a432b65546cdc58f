import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** A secret as the API gives them out. */
export const newSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`

/** The body of an event, in the API's own order of members. */
export const eventBody = (data: object = { id: 'po_1', net_amount: 1 }): string =>
  JSON.stringify({
    event: 'payout.completed',
    data,
    id: 'evt_1',
    object_id: 'po_1',
    sequence: 3,
    created_at: '2026-02-25T12:00:00Z',
  })

/** The headers of a message, signed by the public library of Standard Webhooks. */
export function standardHeaders(
  secret: string,
  body: string,
  sentAt: Date = new Date(),
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('evt_1', sentAt, body),
  }
}
