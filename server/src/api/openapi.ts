import { z } from 'zod'
import type { ErrorCode } from '../errors/catalogue.ts'
import { GUIDE } from './openapi-guide.ts'
import { wireCode } from './failure.ts'
import { byStatus, errorsOf } from './route-errors.ts'
import type { Route } from './route.ts'
import { sentenceOf } from './sentence.ts'
import { components, SIGNATURE_PARAMETERS } from './openapi-components.ts'

/** A JSON Schema (2020-12), as `z.toJSONSchema` makes it. */
export type JsonSchema = Readonly<Record<string, unknown>>

type Content = Readonly<Record<string, Readonly<{ schema: JsonSchema; example?: unknown }>>>

/** What an operation answers with one status. */
export type OpenApiResponse = Readonly<{
  description: string
  headers?: Readonly<Record<string, unknown>>
  content: Content
}>

/** One operation of the document. */
export type Operation = Readonly<{
  operationId: string
  summary: string
  description?: string
  tags: readonly string[]
  parameters: readonly Readonly<Record<string, unknown>>[]
  requestBody?: Readonly<{ required: boolean; content: Content }>
  responses: Readonly<Record<string, OpenApiResponse>>
}>

/** The OpenAPI 3.1 document, as far as we write it. */
export type OpenApi = Readonly<{
  openapi: '3.1.1'
  info: Readonly<{ title: string; version: string; summary: string; description: string }>
  servers: readonly Readonly<{ url: string; description: string }>[]
  tags: readonly Readonly<{ name: string }>[]
  security: readonly Readonly<Record<string, readonly string[]>>[]
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  components: Readonly<Record<string, unknown>>
  webhooks?: Readonly<Record<string, OpenApiWebhook>>
}>

/** A message that is sent to whoever wants it. */
export type OpenApiWebhook = Readonly<{
  post: Omit<Operation, 'responses'> &
    Readonly<{
      /** Nobody's key is in it. */
      security: readonly []
      responses: Readonly<Record<string, Readonly<{ description: string }>>>
    }>
}>

/** What the document says beside the routes. */
export type OpenApiOptions = Readonly<{
  /** Where the API is reached; absent: where the document is. */
  url?: string | undefined
  version: string
  /** Events that are sent to endpoints, by their types, and the shapes that they refer to. */
  events?:
    | Readonly<{
        webhooks: Readonly<Record<string, OpenApiWebhook>>
        components: Readonly<Record<string, JsonSchema>>
      }>
    | undefined
}>

/** The document of these routes, made from the same values that serve them. */
export function openApiDocument(routes: readonly Route[], options: OpenApiOptions): OpenApi {
  const byPath = Map.groupBy(routes, (route) => pathTemplate(route.path))
  const paths = [...byPath].map(([path, own]) => {
    const operations = own.map((route) => [route.method.toLowerCase(), operationOf(route)] as const)
    return [path, Object.fromEntries(operations)] as const
  })
  const tags = [...new Set(routes.map((route) => route.tag))]
  const { events } = options
  return {
    openapi: '3.1.1',
    info: {
      title: 'Coffer API',
      version: options.version,
      summary: 'Accept, hold and send crypto money.',
      description: GUIDE,
    },
    servers: [{ url: options.url ?? '/', description: 'Live and sandbox; the key decides.' }],
    tags: tags.map((name) => ({ name })),
    security: [{ secretKey: [] }],
    paths: Object.fromEntries(paths),
    ...(events === undefined
      ? { components }
      : {
          components: { ...components, schemas: { ...components.schemas, ...events.components } },
          webhooks: events.webhooks,
        }),
  }
}

/** `/v1/invoices/{id}` */
const pathTemplate = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

function operationOf(route: Route): Operation {
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...SIGNATURE_PARAMETERS[route.method === 'GET' ? 'read' : 'write'],
      ...(route.waits ? [{ $ref: '#/components/parameters/Prefer' }] : []),
      ...(route.method === 'POST' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ],
    ...(route.body === undefined ? {} : { requestBody: requestBodyOf(route.body, route.example) }),
    responses: { ...answersOf(route), ...refusalsOf(errorsOf(route)) },
  }
}

/** `getV1InvoicesId`: stable as long as method and path are. */
const operationId = ({ method, path }: Route): string =>
  method.toLowerCase() +
  path
    .split(/[/:_-]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

function requestBodyOf(body: z.ZodType, example: unknown): NonNullable<Operation['requestBody']> {
  const shown = example === undefined ? {} : { example }
  const required = !body.safeParse(undefined).success
  return { required, content: { 'application/json': { schema: requestSchema(body), ...shown } } }
}

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
): Readonly<Record<string, unknown>>[] {
  if (schema === undefined) return []
  const { properties, required } = requestSchema(schema)
  const needed: readonly unknown[] = Array.isArray(required) ? required : []
  return Object.entries(isRecord(properties) ? properties : {}).map(([name, value]) => {
    const { description, ...rest } = isRecord(value) ? value : {}
    return {
      name,
      in: place,
      required: place === 'path' || needed.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

function answersOf(route: Route): Record<string, OpenApiResponse> {
  const answers = Object.entries(route.reply).map(([status, schema]) => {
    const envelope = {
      type: 'object',
      properties: {
        status: { const: 'success' },
        message: { type: 'string' },
        data: replySchema(schema),
        pagination: { $ref: '#/components/schemas/Pagination' },
      },
      required: ['status', 'data'],
    }
    const content = { 'application/json': { schema: envelope } }
    const headers = { $ref: '#/components/headers/' }
    return [
      status,
      { description: 'Done.', headers: answerHeaders(headers.$ref), content },
    ] as const
  })
  return Object.fromEntries(answers)
}

const answerHeaders = (at: string): Record<string, unknown> => ({
  'X-Request-Id': { $ref: `${at}RequestId` },
  RateLimit: { $ref: `${at}RateLimit` },
  'RateLimit-Policy': { $ref: `${at}RateLimitPolicy` },
})

function refusalsOf(codes: readonly ErrorCode[]): Record<string, OpenApiResponse> {
  const refusals = [...byStatus(codes)].map(([status, own]) => {
    const lines = own.map((code) => `* \`${wireCode(code)}\`: ${sentenceOf(code)}`)
    const names = own.map(wireCode)
    const schemaOf = (base: string, member: string) => ({
      allOf: [
        { $ref: `#/components/schemas/${base}` },
        { type: 'object', properties: { [member]: { enum: names } } },
      ],
    })
    const content = {
      'application/json': { schema: schemaOf('Error', 'error') },
      'application/problem+json': { schema: schemaOf('Problem', 'code') },
    }
    return [String(status), { description: lines.join('\n'), content }] as const
  })
  return Object.fromEntries(refusals)
}

const requestSchema = (schema: z.ZodType): JsonSchema => jsonSchema(schema, 'input')

/** What an answer, or an event, is like. */
export const replySchema = (schema: z.ZodType): JsonSchema => jsonSchema(schema, 'output')

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  // What has no word in JSON Schema (an exact number) is documented by its `meta`.
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
