import { isJsonNumber } from '../../money/json-number.ts'
import type { JsonObject, JsonValue } from '../../money/json.ts'

/** Whether a value of an answer has members. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isJsonNumber(value)

/** The objects of a list; whatever else it holds is left out. */
export const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** A member as text; empty where it is none. Numbers as they were written. */
export function textIn(value: unknown, name: string): string {
  const member = isObject(value) ? value[name] : undefined
  if (typeof member === 'string') return member
  return member !== undefined && member !== null && isJsonNumber(member) ? member.text : ''
}
