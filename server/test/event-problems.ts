import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { schemaOf } from '../src/api/crytom/event-schemas.ts'
import { replySchema } from '../src/api/openapi.ts'
import { isEventType } from '../src/events/event-types.ts'

/** An event as its row has it. */
export type StoredEvent = Readonly<{ type: string; snapshot: string }>

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
const validators = new Map<string, ValidateFunction>()

/**
 * What is wrong with an event: what it tells is held against the schema that the OpenAPI document
 * has for its type. Seen to find a member of a payout that the schema does not know.
 */
export function eventProblems({ type, snapshot }: StoredEvent): readonly string[] {
  if (!isEventType(type)) return [`${type} is in no catalogue`]
  const { name, schema } = schemaOf(type)
  const validate = validators.get(name) ?? ajv.compile(replySchema(schema))
  validators.set(name, validate)
  if (validate(JSON.parse(snapshot))) return []
  return (validate.errors ?? []).map(
    (one) => `${type}${one.instancePath}: ${one.message} ${JSON.stringify(one.params)}`,
  )
}
