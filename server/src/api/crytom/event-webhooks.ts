import { allEventTypes, eventTypes, type EventType } from '../../events/event-types.ts'
import { eventBody } from '../../events/event.ts'
import { exampleOf } from '../../events/examples/example-events.ts'
import { writeJson } from '../../money/json.ts'
import {
  replySchema,
  type JsonSchema,
  type OpenApiOptions,
  type OpenApiWebhook,
} from '../openapi.ts'
import { schemaOf } from './event-schemas.ts'
import { EventInList } from './event-shapes.ts'

// What the OpenAPI document says of the messages that are sent to endpoints.

const HAPPENED_AT = Date.UTC(2026, 1, 25, 12, 9, 41)

const schemaName = (type: EventType): string => `${schemaOf(type).name}InEvent`

/** Every message that is sent to endpoints, by the type of its event, and what it tells. */
export function eventDocuments(): NonNullable<OpenApiOptions['events']> {
  const message = replySchema(EventInList)
  const shapes = allEventTypes.map((type) => [schemaName(type), shapeOf(type)] as const)
  const webhooks = allEventTypes.map(
    (type) => [type, { post: operationOf(message, type) }] as const,
  )
  return { webhooks: Object.fromEntries(webhooks), components: Object.fromEntries(shapes) }
}

const shapeOf = (type: EventType): JsonSchema => replySchema(schemaOf(type).schema)

function operationOf(message: JsonSchema, type: EventType): OpenApiWebhook['post'] {
  const schema = {
    ...message,
    properties: {
      ...Object(message['properties']),
      event: { const: type },
      data: { $ref: `#/components/schemas/${schemaName(type)}` },
    },
  }
  return {
    operationId: `event_${type.replaceAll('.', '_')}`,
    summary: eventTypes[type],
    tags: ['Events'],
    security: [],
    parameters: PARAMETERS,
    requestBody: {
      required: true,
      content: { 'application/json': { schema, example: exampleMessage(type) } },
    },
    responses: {
      '2XX': { description: 'You have it. It is not sent again.' },
      default: {
        description:
          'It is sent again, up to a day after the first attempt; so it is without answer.',
      },
    },
  }
}

/** A message of a type as it could arrive, parsed. */
export function exampleMessage(type: EventType): unknown {
  const { objectId, object } = exampleOf(type)
  const body = eventBody({
    eventId: 'evt_01KJA9B1C3D5E7F9G0H2J4K6M8',
    type,
    objectId,
    sequence: type.endsWith('.created') ? 1 : 2,
    snapshot: writeJson(object),
    createdAt: HAPPENED_AT,
    isTest: false,
  })
  return JSON.parse(body)
}

const header = (name: string, description: string, required: boolean) => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
})

const PARAMETERS = [
  header('webhook-id', 'The id of the event: the same at every attempt.', true),
  header('webhook-timestamp', 'Unix time in seconds when it was sent.', true),
  header(
    'webhook-signature',
    'Standard Webhooks: `v1,` and an HMAC-SHA256 for each live secret, or `v1a,` and an ed25519 signature for each live key, with spaces between.',
    true,
  ),
  header('X-Crytom-Timestamp', 'Unix time in milliseconds when it was sent.', false),
  header(
    'X-Crytom-Signature',
    'Lower-case hex HMAC-SHA256 of `timestamp + "POST" + path + body` with the newest secret; not where ed25519 signs.',
    false,
  ),
]
