import type { JsonSchema } from '../openapi.ts'

/** One member of an object, as a line of a table shows it. */
export type Field = Readonly<{
  /** `destinations[].amount` */
  name: string
  type: string
  required: boolean
  description: string
}>

const DEPTH_MAX = 6

/** The members of an object's schema and of what it holds, in order. */
export function fieldsOf(schema: unknown, prefix = '', depth = 0): readonly Field[] {
  const inner = itemsOf(schema)
  const properties = isRecord(inner) && isRecord(inner['properties']) ? inner['properties'] : {}
  const required = isRecord(inner) ? textsIn(inner['required']) : []
  return Object.entries(properties).flatMap(([member, value]) => {
    const name = prefix + member
    const own: Field = {
      name,
      type: typeOf(value),
      required: required.includes(member),
      description: descriptionOf(value),
    }
    if (depth >= DEPTH_MAX) return [own]
    const suffix = isRecord(value) && value['type'] === 'array' ? '[].' : '.'
    return [own, ...fieldsOf(value, name + suffix, depth + 1)]
  })
}

/** The type of a value in a few words: `string`, `number or null`, `array of string`. */
export function typeOf(schema: unknown): string {
  if (!isRecord(schema)) return 'any'
  const choices = choicesOf(schema)
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(' or ')
  if ('const' in schema) return JSON.stringify(schema['const'])
  const values = schema['enum']
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' or ')
  const { type } = schema
  if (type === 'array') return `array of ${typeOf(schema['items'])}`
  if (Array.isArray(type)) return type.join(' or ')
  return typeof type === 'string' ? type : 'any'
}

/** What a value of this schema may look like, from the examples that stand in it. */
export function exampleOf(schema: unknown, depth = 0): unknown {
  if (!isRecord(schema) || depth > DEPTH_MAX) return null
  const examples = schema['examples']
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if ('const' in schema) return schema['const']
  if ('default' in schema) return schema['default']
  const values = schema['enum']
  if (Array.isArray(values)) return values[0]
  const [choice] = choicesOf(schema)
  if (choice !== undefined) return exampleOf(choice, depth + 1)
  return exampleOfType(schema, depth)
}

function exampleOfType(schema: Record<string, unknown>, depth: number): unknown {
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  switch (type) {
    case 'object': {
      const properties = isRecord(schema['properties']) ? schema['properties'] : {}
      const members = Object.entries(properties)
      return Object.fromEntries(members.map(([name, one]) => [name, exampleOf(one, depth + 1)]))
    }
    case 'array':
      return [exampleOf(schema['items'], depth + 1)]
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1
    case 'null':
      return null
    default:
      return schema['format'] === 'date-time' ? '2026-01-15T12:00:00Z' : '…'
  }
}

function itemsOf(schema: unknown): unknown {
  if (!isRecord(schema)) return undefined
  if (schema['type'] === 'array') return itemsOf(schema['items'])
  const choices = choicesOf(schema)
  return choices.find((one) => isRecord(one) && one['type'] === 'object') ?? schema
}

function choicesOf(schema: JsonSchema): readonly unknown[] {
  const choices = schema['anyOf'] ?? schema['oneOf']
  return Array.isArray(choices) ? choices : []
}

function descriptionOf(schema: unknown): string {
  const { description } = isRecord(schema) ? schema : {}
  return typeof description === 'string' ? description : ''
}

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
