// JSON Schema to TypeScript, as far as our own schemas go: what it does not know, it refuses.

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>

/** Whose side of the wire a type stands on: callers may be lax, answers are as they are. */
export type Side = 'request' | 'answer'

/** How types are written. */
export type Writer = Readonly<{
  side: Side
  /** The name of a schema that is written elsewhere. */
  nameOf: (schema: Schema) => string | undefined
}>

/** Whether a value is an object, so that its members can be looked at. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The schemas in a list; none where it is no list. */
export const schemasIn = (value: unknown): readonly Schema[] =>
  Array.isArray(value) ? value.filter(isRecord) : []

/** The TypeScript type of a schema. */
export function typeOf(schema: Schema, writer: Writer): string {
  const name = writer.nameOf(schema)
  return name ?? structureOf(schema, writer)
}

/** The same, written out although it has a name. @throws Error for a schema that is unknown here */
export function structureOf(schema: Schema, writer: Writer): string {
  const choices = schemasIn(schema['anyOf'] ?? schema['oneOf'])
  if (choices.length > 0) return union(choices.map((one) => typeOf(one, writer)))
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map((one) => JSON.stringify(one)))
  const { type } = schema
  if (Array.isArray(type)) {
    return union(type.map((one: unknown) => typeOf({ ...schema, type: one }, writer)))
  }
  if (type === 'object') return objectOf(schema, writer)
  if (type === 'array') {
    const items = isRecord(schema['items']) ? typeOf(schema['items'], writer) : 'unknown'
    return `readonly (${items})[]`
  }
  const plain = typeof type === 'string' ? PLAIN.get(type) : undefined
  if (plain !== undefined) return plain
  if (Object.keys(schema).every((key) => key === 'description')) return 'unknown'
  throw new Error(`no type for ${JSON.stringify(schema)}`)
}

const PLAIN = new Map([
  ['string', 'string'],
  ['number', 'number'],
  ['integer', 'number'],
  ['boolean', 'boolean'],
  ['null', 'null'],
])

const union = (types: readonly string[]): string => [...new Set(types)].join(' | ')

function objectOf(schema: Schema, writer: Writer): string {
  const { properties, additionalProperties: more } = schema
  if (!isRecord(properties)) {
    const values = isRecord(more) ? typeOf(more, writer) : 'unknown'
    return `Readonly<Record<string, ${values}>>`
  }
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  const members = Object.entries(properties).flatMap(([name, value]) =>
    isRecord(value) ? memberOf({ name, value, required: required.includes(name) }, writer) : [],
  )
  return `Readonly<{\n${members.join('\n')}\n}>`
}

type Member = Readonly<{ name: string; value: Schema; required: boolean }>

function memberOf({ name, value, required }: Member, writer: Writer): string[] {
  const { description } = value
  const comment = typeof description === 'string' ? [`/** ${description} */`] : []
  const type = typeOf(value, writer)
  const isLax = writer.side === 'request' && !required
  const key = /^\w+$/.test(name) ? name : JSON.stringify(name)
  const line = `${key}${required ? '' : '?'}: ${type}${isLax ? ' | undefined' : ''}`
  const exact = writer.side === 'answer' ? exactTypeOf(value) : undefined
  if (exact === undefined) return [...comment, line]
  return [...comment, line, `/** The exact text of \`${name}\`. */`, `${name}_exact: ${exact}`]
}

/** The type of the text that stands beside a number; absent beside anything else. */
export function exactTypeOf(schema: Schema): 'string' | 'string | null' | undefined {
  const choices = schemasIn(schema['anyOf'])
  const { type } = schema
  const types = choices.length > 0 ? choices.map((one) => one['type']) : [type].flat()
  if (!types.includes('number')) return undefined
  return types.includes('null') ? 'string | null' : 'string'
}
