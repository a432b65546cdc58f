import fc, { type Arbitrary } from 'fast-check'

/** As much of a JSON Schema (2020-12) as OpenAPI documents of ours use. */
export type JsonSchema = Readonly<{
  $ref?: string
  type?: string | readonly string[]
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly JsonSchema[]
  oneOf?: readonly JsonSchema[]
  allOf?: readonly JsonSchema[]
  properties?: Readonly<Record<string, JsonSchema>>
  required?: readonly string[]
  additionalProperties?: boolean | JsonSchema
  items?: JsonSchema | boolean
  examples?: readonly unknown[]
  example?: unknown
  default?: unknown
}>

/** Texts that have broken programs before, and names and amounts that mean something here. */
const NASTY_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e400',
  '-0',
  'NaN',
  'Infinity',
  '0x10',
  '1,5',
  '00.1',
  '0.00000000000000000000000000001',
  '99999999999999999999999999999999999999999999999999999999999999999999999999999999',
  'null',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  "' or 1=1 --",
  '../../etc/passwd',
  '${7*7}',
  'BTC',
  'USDT',
  'USDT_BSC',
  'TRC20',
  'ERC20',
  'Tron',
  'eip155:56',
  'USD',
  'EUR',
  'http://169.254.169.254/latest',
  'http://[::ffff:127.0.0.1]/',
  'javascript:alert(1)',
  'a'.repeat(5_000),
  '💶'.repeat(300),
]

const NUMBERS = [0, -0, 1, -1, 0.1, 1e-8, 250.5, 2 ** 53, 1e21, -1e308, 5e-324, 101, 10_000]

const nastyText = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const nastyNumber = fc.oneof(fc.constantFrom(...NUMBERS), fc.double({ noNaN: true }), fc.integer())

/** Any JSON value, the more surprising the better. */
export const anyValue: Arbitrary<unknown> = fc.oneof(
  nastyText,
  nastyNumber,
  fc.boolean(),
  fc.constant(null),
  fc.array(nastyText, { maxLength: 3 }),
  fc.dictionary(nastyText, nastyNumber, { maxKeys: 3 }),
)

/**
 * Values of a schema: mostly of its shape, with texts and numbers that were not foreseen, and now
 * and then something else altogether.
 *
 * @param resolve finds what a `$ref` names
 */
export function valuesOf(
  schema: JsonSchema,
  resolve: (ref: string) => JsonSchema,
): Arbitrary<unknown> {
  const fitting = fittingValues(schema, resolve)
  return fc.oneof({ arbitrary: fitting, weight: 12 }, { arbitrary: anyValue, weight: 1 })
}

function fittingValues(
  schema: JsonSchema,
  resolve: (ref: string) => JsonSchema,
): Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fittingValues(resolve(schema.$ref), resolve)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (choices !== undefined && choices.length > 0) {
    return fc.oneof(...choices.map((one) => valuesOf(one, resolve)))
  }
  const shown = [...(schema.examples ?? []), schema.example].filter((one) => one !== undefined)
  const drawn = byType(schema, resolve)
  return shown.length === 0 ? drawn : fc.oneof(fc.constantFrom(...shown), drawn)
}

function byType(schema: JsonSchema, resolve: (ref: string) => JsonSchema): Arbitrary<unknown> {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  if (types.includes('object')) return objectsOf(schema, resolve)
  if (types.includes('array')) {
    const items = typeof schema.items === 'object' ? valuesOf(schema.items, resolve) : anyValue
    return fc.array(items, { maxLength: 4 })
  }
  if (types.includes('number') || types.includes('integer')) return nastyNumber
  if (types.includes('boolean')) return fc.boolean()
  if (types.includes('string')) return nastyText
  return anyValue
}

function objectsOf(schema: JsonSchema, resolve: (ref: string) => JsonSchema): Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {})
  const members = fc.record(
    Object.fromEntries(properties.map(([name, one]) => [name, valuesOf(one, resolve)])),
    { requiredKeys: [...(schema.required ?? [])] },
  )
  const extra = fc.dictionary(nastyText, anyValue, { maxKeys: 2 })
  return fc.oneof(
    { arbitrary: members, weight: 10 },
    { arbitrary: fc.tuple(members, extra).map(([one, more]) => ({ ...one, ...more })), weight: 1 },
  )
}
