import { format } from 'prettier'
import { openApiDocument, type Operation } from '../server/src/api/openapi.ts'
import { routes } from '../server/src/api/crytom/routes.ts'
import { exactTypeOf, isRecord, schemasIn, structureOf, typeOf, type Schema } from './sdk-schema.ts'

/** A file of the SDK that is made from the routes: path from the repository's root, and text. */
export type SdkFile = Readonly<{ path: string; text: string }>

const HEADER = '// Made from the routes of /v1 by `npm run docs`; change those instead.\n\n'
const FOLDER = 'packages/crytom-sdk/src/generated/'

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
  ['ApiEvent', 'GET /v1/events'],
  ['ApiEventInFull', 'GET /v1/events/:id'],
  ['WebhookEndpoint', 'GET /v1/webhook-endpoints'],
  ['PayoutPolicy', 'GET /v1/payout-policy'],
  ['Explanation', 'GET /v1/payments/:id/explain'],
]

type Described = Readonly<{ key: string; operation: Operation }>

/** The generated files of the SDK, as they should be. */
export async function sdkFiles(): Promise<readonly SdkFile[]> {
  const operations = describedOperations()
  const entities = entitiesOf(operations)
  const parts = { 'operations.ts': operationsFile(operations, entities) }
  const files = {
    ...parts,
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

function describedOperations(): readonly Described[] {
  const { paths } = openApiDocument(routes, { version: '' })
  return Object.entries(paths).flatMap(([path, own]) =>
    Object.entries(own).map(([method, operation]) => ({
      key: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      operation,
    })),
  )
}

/** Schemas of `data`, by status; a list's is that of one object in it. */
function answersOf({ operation }: Described): readonly Schema[] {
  return Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => memberOf(response.content['application/json']?.schema, 'data'))
}

function memberOf(schema: unknown, name: string): Schema {
  const properties = isRecord(schema) ? schema['properties'] : undefined
  const member = isRecord(properties) ? properties[name] : undefined
  return isRecord(member) ? member : {}
}

const itemOf = (schema: Schema): Schema => (isRecord(schema['items']) ? schema['items'] : schema)

/** Where a schema stands it may be described anew; it is the same all the same. */
const identityOf = ({ description: _, ...rest }: Schema): string => JSON.stringify(rest)

type Entities = ReadonlyMap<string, Readonly<{ name: string; schema: Schema }>>

function entitiesOf(operations: readonly Described[]): Entities {
  const entities = new Map<string, Readonly<{ name: string; schema: Schema }>>()
  for (const [name, key] of ENTITIES) {
    const described = operations.find((one) => one.key === key)
    const [answer] = described === undefined ? [] : answersOf(described)
    if (answer === undefined) throw new Error(`no operation ${key} answers a ${name}`)
    const schema = itemOf(answer)
    if (!entities.has(identityOf(schema))) entities.set(identityOf(schema), { name, schema })
  }
  return entities
}

const nameIn =
  (entities: Entities) =>
  (schema: Schema): string | undefined =>
    entities.get(identityOf(schema))?.name

function entitiesFile(entities: Entities): string {
  const nameOf = nameIn(entities)
  const types = [...entities.values()].map(({ name, schema }) => {
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
  const used = [...entities.values()].map((one) => one.name).filter((name) => names(text, name))
  const imports = `import type { ${used.sort().join(', ')} } from './entities.ts'\n\n`
  const comment = '/** What each operation of `/v1` takes and answers. */\n'
  return `${imports}${comment}export type Operations = Readonly<{\n${text}\n}>\n`
}

const names = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text)

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
  const entries = [...members].sort().map(([name, isNullable]) => `['${name}', ${isNullable}]`)
  const comment =
    '/** The members that are written as JSON numbers but are no counts; whether each may be null. */'
  return `${comment}\nexport const exactMembers: ReadonlyMap<string, boolean> = new Map([${entries.join(', ')}])\n`
}
