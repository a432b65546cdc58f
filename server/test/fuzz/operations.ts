import fc, { type Arbitrary } from 'fast-check'
import { anyValue, valuesOf, type JsonSchema } from './schema-arbitrary.ts'

/** As much of an OpenAPI 3.1 document as the fuzz test reads. */
export type OpenApi = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  components?: Readonly<{ schemas?: Readonly<Record<string, JsonSchema>> }>
}>

/** One operation of the document. */
export type Operation = Readonly<{
  operationId?: string
  parameters?: readonly Readonly<{ name: string; in: string; schema?: JsonSchema }>[]
  requestBody?: Readonly<{ content: Readonly<Record<string, Readonly<{ schema?: JsonSchema }>>> }>
  responses: Readonly<Record<string, unknown>>
}>

/** A request to send: `bytes` is the body as text, absent for none. */
export type FuzzRequest = Readonly<{
  path: string
  method: string
  target: string
  bytes: string | undefined
}>

const BROKEN_BODIES = [
  '',
  '{',
  '[]',
  'null',
  '"text"',
  '{"amount":1e400}',
  '{"amount":-1,"currency":"USD"}',
  '{"amount":NaN}',
  '{"amount":1,"amount":2}',
  '{"a":1,}',
  '\ufeff{}',
  '{"__proto__":{"amount":1}}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
]

/** Requests of every operation of a document. @param ids of objects that exist by now */
export function requestsOf(document: OpenApi, ids: readonly string[]): Arbitrary<FuzzRequest> {
  const resolve = (ref: string): JsonSchema =>
    document.components?.schemas?.[ref.split('/').at(-1) ?? ''] ?? {}
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const id = fc.oneof(fc.constantFrom(...ids, 'pay_00000000000000000000000000'), text)
  return fc.oneof(
    ...operations.map(({ path, method, operation }) => {
      const inQuery = operation.parameters?.filter((one) => one.in === 'query') ?? []
      const query = fc.record(
        Object.fromEntries(inQuery.map((one) => [one.name, valuesOf(one.schema ?? {}, resolve)])),
        { requiredKeys: [] },
      )
      const body = operation.requestBody?.content['application/json']?.schema
      const bytes = body === undefined ? fc.constant(undefined) : bodiesOf(body, resolve)
      return fc.record({ id, query, bytes, stray: stray }).map((drawn) => ({
        path,
        method: method.toUpperCase(),
        target: targetOf(path, drawn),
        bytes: drawn.bytes,
      }))
    }),
  )
}

// A segment of dots alone never leaves the client: it is taken for the way up.
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((drawn) => !/^\.{1,2}$/.test(drawn))
const stray = fc.oneof(
  { arbitrary: fc.constant(''), weight: 20 },
  { arbitrary: text.map((name) => `&${encodeURIComponent(name)}=1`), weight: 1 },
)

function bodiesOf(
  schema: JsonSchema,
  resolve: (ref: string) => JsonSchema,
): Arbitrary<string | undefined> {
  return fc.oneof(
    { arbitrary: valuesOf(schema, resolve).map(toJson), weight: 20 },
    { arbitrary: fc.constantFrom(...BROKEN_BODIES), weight: 2 },
    { arbitrary: anyValue.map(toJson), weight: 1 },
  )
}

const toJson = (value: unknown): string => JSON.stringify(value) ?? 'null'

function targetOf(
  path: string,
  drawn: Readonly<{ id: string; query: object; stray: string }>,
): string {
  const filled = path.replace(/\{[^}]+\}|:\w+/g, encodeURIComponent(drawn.id.toWellFormed()))
  const pairs = Object.entries(drawn.query).map(
    ([name, value]) => `${name}=${encodeURIComponent(textOf(value).toWellFormed())}`,
  )
  const query = pairs.join('&') + drawn.stray
  return query === '' ? filled : `${filled}?${query}`
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : toJson(value))
