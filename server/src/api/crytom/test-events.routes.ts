import { z } from 'zod'
import { allEventTypes } from '../../events/event-types.ts'
import { awaitTest, sendTest, TEST_WAIT_MS } from '../../events/send-test.action.ts'
import { route, type AnswerOf } from '../route.ts'
import { DeliveryInFull, detailOnWire } from './delivery-shapes.ts'
import { idParams } from './payment-shapes.ts'

/** What is tried: the event's id alone, or how its delivery went. */
const TestSent = z.union([DeliveryInFull, z.strictObject({ event_id: z.string() })])

type TestAnswer = AnswerOf<{ 202: typeof TestSent }>

/** `POST /v1/webhook-endpoints/:id/test` */
export const testWebhookEndpoint = route({
  method: 'POST',
  path: '/v1/webhook-endpoints/:id/test',
  summary: 'Send a test event to a webhook endpoint',
  description:
    'An example of the type that you name, signed like any other, with `"test": true` beside its type. It is sent once, also to an endpoint that is disabled, and `GET /v1/events` leaves it out. The answer waits up to 5 seconds (see `Prefer`) for what the receiver said.',
  tag: 'Webhook endpoints',
  waits: true,
  params: idParams,
  body: z
    .strictObject({ event: z.enum(allEventTypes).default('webhook_endpoint.test') })
    .optional(),
  example: { event: 'payment.confirmed' },
  reply: { 202: TestSent },
  errors: ['events.endpoint_unknown'],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, params: { id }, body, prefer }) => {
    const of = { book, endpointId: id }
    const type = body?.event ?? 'webhook_endpoint.test'
    const eventId = await sendTest(ctx, dbTx, { ...of, type })
    const { waitMs = TEST_WAIT_MS, applied } = prefer
    const answer = (data: TestAnswer['data']): TestAnswer => ({
      status: 202,
      message: 'Test event queued',
      data,
      ...(applied === undefined ? {} : { headers: { 'preference-applied': applied } }),
    })
    if (waitMs === 0) return answer({ event_id: eventId })
    return {
      ...answer({ event_id: eventId }),
      afterwards: async (ctx) => {
        const detail = await awaitTest(ctx, of, { eventId, waitMs })
        return answer(detail === undefined ? { event_id: eventId } : detailOnWire(detail))
      },
    }
  },
})
