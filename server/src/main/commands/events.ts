import { z } from 'zod'
import { eventTypes } from '../../events/event-types.ts'
import { isEventPattern } from '../../events/event.ts'
import { command } from '../cli/command.ts'
import { moment } from '../cli/moment.ts'
import { flag, operand, option } from '../cli/parameter.ts'
import { serverOptions } from '../server/find-server.ts'

const PATTERN = 'an event type, a stem such as payment.*, or *'

const selection = {
  type: option(z.array(z.string().refine(isEventPattern, PATTERN)).default([]), {
    doc: 'only these: a type, or a stem such as "payment.*"; may be repeated',
    suggestions: Object.keys(eventTypes),
  }),
  since: option(moment().optional(), {
    doc: 'begin there instead of now: 30s, 15m, 2h, 7d ago, or a time',
    value: 'WHEN',
  }),
  once: flag('stop at the end of the log instead of waiting for more'),
}

const exits = { 0: 'done; or stopped, where it would go on for ever' }

/** What is typed after it. */
export const tailGiven = z.strictObject({
  ...selection,
  object: option(z.string().optional(), { doc: 'only what happens to this object', value: 'ID' }),
  ...serverOptions,
  json: flag('each event whole, as a line of JSON'),
})

/** What `coffer events tail` is given. */
export type TailGiven = z.output<typeof tailGiven>

/** `coffer events tail` */
export const eventsTail = command({
  name: 'events tail',
  doc: 'show events as they happen',
  more: 'It outlives lost connections and restarts of the server without missing an event.',
  given: tailGiven,
  examples: [
    { line: 'events tail --type "payment.*"', doc: 'payments, from now on' },
    { line: 'events tail --since 1d --once --json', doc: 'a day of them, to be piped' },
  ],
  exits,
  load: async () => (await import('../server/tail.ts')).tail,
})

/** What is typed after it. */
export const listenGiven = z.strictObject({
  'forward-to': option(z.string(), {
    doc: 'your server, such as http://localhost:3000/webhooks',
    value: 'URL',
  }),
  ...selection,
  secret: option(z.string().startsWith('whsec_', 'a secret that begins with whsec_').optional(), {
    doc: "what signs; otherwise the sandbox's own, or one made from the key, always the same",
    value: 'WHSEC',
  }),
  ...serverOptions,
  json: flag('a line of JSON for each event and its answer'),
})

/** What `coffer listen` is given. */
export type ListenGiven = z.output<typeof listenGiven>

/** `coffer listen` */
export const listen = command({
  name: 'listen',
  doc: 'send events to a server on this machine as signed webhooks, without a public URL',
  more: 'It reads the event log: no endpoint is made, and live keys work too. The secret it signs with is shown first. While nobody listens there, events wait; what is answered, well or badly, is not sent again ("coffer events resend" does).',
  given: listenGiven,
  examples: [
    {
      line: 'listen --forward-to http://localhost:3000/webhooks',
      doc: 'everything, from now on',
    },
    {
      line: 'listen --forward-to http://localhost:3000/webhooks --type "payout.*" --since 15m',
      doc: 'what happened to payouts, once more',
    },
  ],
  exits,
  load: async () => {
    const { listen: run } = await import('../server/listen.ts')
    return (machine, given) => run(machine, given)
  },
})

const one = z.strictObject({
  event: operand(z.string(), { doc: 'its id, evt_…' }),
  ...serverOptions,
  json: flag('JSON'),
})

/** `coffer events get` */
export const eventsGet = command({
  name: 'events get',
  doc: 'show an event with its deliveries and their attempts',
  given: one,
  examples: [{ line: 'events get evt_01K9', doc: 'who was told, when, and what they answered' }],
  load: async () => {
    const { get } = await import('../server/objects.ts')
    return (machine, given) => get(machine, given, `/v1/events/${encodeURIComponent(given.event)}`)
  },
})

/** `coffer events resend` */
export const eventsResend = command({
  name: 'events resend',
  doc: 'send an event again to its endpoints, at once and with a new schedule',
  given: one,
  examples: [{ line: 'events resend evt_01K9', doc: 'to everyone who would be told of it now' }],
  load: async () => {
    const { post } = await import('../server/objects.ts')
    return (machine, given) => {
      const path = `/v1/events/${encodeURIComponent(given.event)}/resend`
      return post(machine, given, { path, body: {} })
    }
  },
})

/** What is typed after it. */
export const triggerGiven = z.strictObject({
  event: operand(z.string().optional(), {
    doc: 'a type of event, such as payment.confirmed',
    suggestions: Object.keys(eventTypes),
  }),
  list: flag('list what can be made to happen'),
  ...serverOptions,
  json: flag('each event as a line of JSON'),
})

/** What `coffer trigger` is given. */
export type TriggerGiven = z.output<typeof triggerGiven>

/** `coffer trigger` */
export const trigger = command({
  name: 'trigger',
  doc: 'make an event really happen in the sandbox',
  more: 'No event is made up: a payment is created and paid, a payout sent, a chain forked, and the platform tells of it as it would in earnest. The list says what else that does to the sandbox.',
  given: triggerGiven,
  examples: [
    { line: 'trigger payment.confirmed', doc: 'a payment, its coins, and their finality' },
    { line: 'trigger --list', doc: 'all that can be made to happen' },
  ],
  load: async () => (await import('../trigger/trigger.ts')).trigger,
})
