import { format } from 'prettier'
import type { Operation } from '../server/src/api/openapi.ts'
import { eventDocuments } from '../server/src/api/crytom/event-webhooks.ts'
import { allEventTypes, eventTypes } from '../server/src/events/event-types.ts'
import {
  answersOf,
  describedOperations,
  entitiesOf,
  importsFor,
  memberOf,
  nameIn,
  type Described,
  type Entities,
} from './sdk-entities.ts'
import { exactTypeOf, isRecord, schemasIn, structureOf, typeOf } from './sdk-schema.ts'

/** A file of the SDK that is made from the routes: path from the repository's root, and text. */
export type SdkFile = Readonly<{ path: string; text: string }>

const HEADER = '// Made from the routes of /v1 by `npm run docs`; change those instead.\n\n'
const FOLDER = 'packages/crytom-sdk/src/generated/'

/** The generated files of the SDK, as they should be. */
export async function sdkFiles(): Promise<readonly SdkFile[]> {
  const operations = describedOperations()
  const entities = entitiesOf(operations)
  const files = {
    'operations.ts': operationsFile(operations, entities),
    'events.ts': eventsFile(entities),
    'entities.ts': entitiesFile(entities),
    'exact-members.ts': exactMembersFile(operations),
  }
  const options = { parser: 'typescript', semi: false, singleQuote: true, printWidth: 100 }
  return Promise.all(
    Object.entries(files).map(async ([name, text]) => ({
      path: FOLDER + name,
      text: await format(HEADER + text, { ...options, trailingComma: 'all' }),
    })),
  )
}

function entitiesFile(entities: Entities): string {
  const nameOf = nameIn(entities)
  const own = [...entities.values()].filter((one) => one.file === 'entities')
  const types = own.map(({ name, schema }) => {
    const type = structureOf(schema, { side: 'answer', nameOf })
    return `/** ${describe(name)} */\nexport type ${name} = ${type}\n`
  })
  return types.join('\n')
}

const describe = (name: string): string => {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return `${/^[aeiou]/.test(words) ? 'An' : 'A'} ${words}, as the API answers it.`
}

function operationsFile(operations: readonly Described[], entities: Entities): string {
  const nameOf = nameIn(entities)
  const lines = operations.map((described) => {
    const { key, operation } = described
    const answers = answersOf(described).map((one) => typeOf(one, { side: 'answer', nameOf }))
    const body = operation.requestBody
    const asked = body?.content['application/json']?.schema ?? {}
    const bodyType = body === undefined ? 'undefined' : typeOf(asked, { side: 'request', nameOf })
    const isOptional = body !== undefined && !body.required
    const query = parametersOf(operation, 'query')
    return [
      `/** ${operation.summary}. */`,
      `'${key}': Readonly<{`,
      `params: ${parametersOf(operation, 'path') ?? 'undefined'}`,
      `query: ${query ?? 'undefined'}`,
      `body: ${bodyType}${isOptional ? ' | undefined' : ''}`,
      `data: ${[...new Set(answers)].join(' | ')}`,
      '}>',
    ].join('\n')
  })
  const text = lines.join('\n')
  const comment = '/** What each operation of `/v1` takes and answers. */\n'
  const imports = importsFor(text, entities)
  return `${imports}${comment}export type Operations = Readonly<{\n${text}\n}>\n`
}

function eventsFile(entities: Entities): string {
  const nameOf = nameIn(entities)
  const { webhooks, components } = eventDocuments()
  const members = allEventTypes.map((type) => {
    const message = webhooks[type]?.post.requestBody?.content['application/json']?.schema
    const { $ref: place } = memberOf(message, 'data')
    const schema = components[String(place).replace('#/components/schemas/', '')] ?? {}
    return `/** ${eventTypes[type]} */\n'${type}': ${typeOf(schema, { side: 'answer', nameOf })}`
  })
  const text = members.join('\n')
  const comment = '/** What each type of event tells: the object as it then was. */\n'
  const objects = `${comment}export type EventObjects = Readonly<{\n${text}\n}>\n`
  return `${importsFor(text, entities)}${objects}${EVENT}`
}

const EVENT = `
/** What can happen. A later version of the API may tell more. */
export type EventType = keyof EventObjects

/** An event of one type, as webhooks and the log tell it. */
export type EventOf<Type extends EventType> = Readonly<{
  /** The same at every delivery: remember the ids that you have handled. */
  id: string
  event: Type
  /** The object as it then was. */
  data: EventObjects[Type]
  object_id: string
  /** Counts the events of the object from 1 without gaps: a lower one is older news. */
  sequence: number
  created_at: string
  /** Present where nothing happened: the message was asked for to try an endpoint. */
  test?: true
}>

/** Any event; \`event\` tells which. */
export type CrytomEvent = { [Type in EventType]: EventOf<Type> }[EventType]
`

/** An object type of the parameters in one place; undefined where there are none. */
function parametersOf({ parameters }: Operation, place: 'path' | 'query'): string | undefined {
  const own = parameters.filter((one) => one['in'] === place)
  if (own.length === 0) return undefined
  const properties = own.map(({ name, schema, description }) => [
    String(name),
    { ...(isRecord(schema) ? schema : {}), ...(description === undefined ? {} : { description }) },
  ])
  const required = own.filter((one) => one['required'] === true).map((one) => one['name'])
  const schema = { type: 'object', properties: Object.fromEntries(properties), required }
  const type = structureOf(schema, { side: 'request', nameOf: () => undefined })
  return required.length === 0 ? `${type} | undefined` : type
}

function exactMembersFile(operations: readonly Described[]): string {
  const members = new Map<string, boolean>()
  const visit = (schema: unknown): void => {
    if (!isRecord(schema)) return
    const { properties, items, additionalProperties } = schema
    for (const [name, value] of Object.entries(isRecord(properties) ? properties : {})) {
      const exact = isRecord(value) ? exactTypeOf(value) : undefined
      if (exact !== undefined) members.set(name, members.get(name) === true || exact !== 'string')
      visit(value)
    }
    visit(items)
    visit(additionalProperties)
    for (const choice of schemasIn(schema['anyOf'] ?? schema['oneOf'])) visit(choice)
  }
  for (const described of operations) answersOf(described).forEach(visit)
  Object.values(eventDocuments().components).forEach(visit)
  const entries = [...members].sort().map(([name, isNullable]) => `['${name}', ${isNullable}]`)
  const comment =
    '/** The members that are written as JSON numbers but are no counts; whether each may be null. */'
  return `${comment}\nexport const exactMembers: ReadonlyMap<string, boolean> = new Map([${entries.join(', ')}])\n`
}
