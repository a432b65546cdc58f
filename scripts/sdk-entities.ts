import { eventDocuments } from '../server/src/api/crytom/event-webhooks.ts'
import { routes } from '../server/src/api/crytom/routes.ts'
import { openApiDocument, type Operation } from '../server/src/api/openapi.ts'
import { allEventTypes } from '../server/src/events/event-types.ts'
import { isRecord, type Schema } from './sdk-schema.ts'

/** What the objects of the API are called, each by an operation that answers it. */
const ENTITIES: readonly (readonly [name: string, operation: string])[] = [
  ['CheckoutSession', 'POST /v1/checkout/sessions'],
  ['CheckoutSessionInList', 'GET /v1/checkout/sessions'],
  ['Invoice', 'POST /v1/invoices'],
  ['InvoiceInList', 'GET /v1/invoices'],
  ['Payment', 'POST /v1/payments'],
  ['Wallet', 'POST /v1/wallets'],
  ['Payout', 'POST /v1/payouts'],
  ['PayoutBatch', 'POST /v1/payouts/mass'],
  ['PriceEstimate', 'GET /v1/prices/estimate'],
  ['Conversion', 'POST /v1/conversions'],
  ['Balance', 'GET /v1/balance'],
  ['CryptoCurrency', 'GET /v1/currencies'],
  ['PaymentException', 'GET /v1/exceptions/:id'],
  ['Refund', 'GET /v1/refunds/:id'],
  ['Sweep', 'POST /v1/sweeps'],
  ['CrytomEventInFull', 'GET /v1/events/:id'],
  ['WebhookEndpoint', 'GET /v1/webhook-endpoints'],
  ['PayoutPolicy', 'GET /v1/payout-policy'],
  ['Explanation', 'GET /v1/payments/:id/explain'],
]

/** An operation of the API, named as the SDK names it. */
export type Described = Readonly<{ key: string; operation: Operation }>

/** Every operation of `/v1`. */
export function describedOperations(): readonly Described[] {
  const { paths } = openApiDocument(routes, { version: '' })
  return Object.entries(paths).flatMap(([path, own]) =>
    Object.entries(own).map(([method, operation]) => ({
      key: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      operation,
    })),
  )
}

/** Schemas of `data`, by status; a list's is that of one object in it. */
export function answersOf({ operation }: Described): readonly Schema[] {
  return Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => memberOf(response.content['application/json']?.schema, 'data'))
}

/** The schema of one member; an empty one where there is none. */
export function memberOf(schema: unknown, name: string): Schema {
  const properties = isRecord(schema) ? schema['properties'] : undefined
  const member = isRecord(properties) ? properties[name] : undefined
  return isRecord(member) ? member : {}
}

const itemOf = (schema: Schema): Schema => (isRecord(schema['items']) ? schema['items'] : schema)

/** Where a schema stands it may be described anew; it is the same all the same. */
const identityOf = ({ description: _, ...rest }: Schema): string =>
  JSON.stringify('enum' in rest ? rest['enum'] : rest)

type Entity = Readonly<{ name: string; schema: Schema; file: 'entities' | 'events' }>
/** Types that have a name, by what they are. */
export type Entities = ReadonlyMap<string, Entity>

/** @throws Error where an operation is gone that a name is taken from */
export function entitiesOf(operations: readonly Described[]): Entities {
  const entities = new Map<string, Entity>()
  const add = (entity: Entity): void => {
    const identity = identityOf(entity.schema)
    if (!entities.has(identity)) entities.set(identity, entity)
  }
  const answered = (name: string, key: string): Schema => {
    const described = operations.find((one) => one.key === key)
    const [answer] = described === undefined ? [] : answersOf(described)
    if (answer === undefined) throw new Error(`no operation ${key} answers a ${name}`)
    return itemOf(answer)
  }
  for (const [name, key] of ENTITIES) add({ name, schema: answered(name, key), file: 'entities' })
  for (const [name, schema] of Object.entries(eventDocuments().components)) {
    add({ name, schema, file: 'entities' })
  }
  const event = answered('CrytomEvent', 'GET /v1/events')
  add({ name: 'CrytomEvent', schema: event, file: 'events' })
  add({ name: 'EventType', schema: { enum: [...allEventTypes] }, file: 'events' })
  return entities
}

/** The name of a schema, where it has one. */
export const nameIn =
  (entities: Entities) =>
  (schema: Schema): string | undefined =>
    entities.get(identityOf(schema))?.name

/** Imports of the entities that a text names. */
export function importsFor(text: string, entities: Entities): string {
  const lines = (['entities', 'events'] as const).flatMap((file) => {
    const used = [...entities.values()]
      .filter((one) => one.file === file && names(text, one.name))
      .map((one) => one.name)
    const list = used.sort().join(', ')
    return used.length === 0 ? [] : [`import type { ${list} } from './${file}.ts'\n`]
  })
  return `${lines.join('')}\n`
}

const names = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text)
