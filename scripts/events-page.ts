import { exampleMessage } from '../server/src/api/crytom/event-webhooks.ts'
import {
  allEventTypes,
  eventTypes,
  stemOf,
  type EventStem,
  type EventType,
} from '../server/src/events/event-types.ts'

/** The type whose example is shown, where another than the last says more. */
const SHOWN: Readonly<Partial<Record<EventStem, EventType>>> = {
  'checkout.session': 'checkout.session.confirmed',
  invoice: 'invoice.underpaid',
  payment: 'payment.confirmed',
  'wallet.deposit': 'wallet.deposit.completed',
  'wallet.withdrawal': 'wallet.withdrawal.completed',
  payout: 'payout.completed',
  webhook_endpoint: 'webhook_endpoint.disabled',
}

/** `docs/events.md`: every event, when it is told, and what it tells. */
export function eventsPage(): string {
  const groups = Map.groupBy(allEventTypes, stemOf)
  return [
    '# Events',
    '',
    'Every change of state is one event: it is written in the transaction that makes the change, is kept in the log (`GET /v1/events`), and is sent to the [webhooks](webhooks.md) that want it. This page is generated from the code: `npm run docs` writes it anew.',
    '',
    'Ask an endpoint for types by name, for all of a kind with a star (`payout.*` is every type below that begins so), or for everything with `*`. `data` is the object as `GET` would have shown it at that moment; its schema is under `webhooks` in `/openapi.json`. Kinds and members can be added, so ignore what you do not know; what is here is never renamed and never gets another meaning.',
    ...[...groups].flatMap(([stem, types]) => section(stem, types)),
    '',
  ].join('\n')
}

function section(stem: EventStem, types: readonly EventType[]): readonly string[] {
  const shown = SHOWN[stem] ?? types.at(-1)
  const rows = types.map((type) => `| \`${type}\` | ${eventTypes[type]} |`)
  const head = ['', `## ${stem}`, '', '| event | what happened |', '| --- | --- |', ...rows]
  if (shown === undefined) return head
  const text = JSON.stringify(exampleMessage(shown), undefined, 2)
  return [...head, '', '```json', text, '```']
}
