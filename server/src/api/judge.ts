import { z } from 'zod'
import { isJsonNumber } from '../money/json-number.ts'

/** Something wrong with a request: `param` is its place, such as `destinations[0].amount`. */
export type Problem = Readonly<{ param: string; message: string }>

type Judgement = Readonly<{ value: unknown; problems: readonly Problem[] }>
type Path = readonly PropertyKey[]

/** What a part of a request must be where the route declares nothing: absent, or empty. */
const nothing = z.strictObject({}).optional()

/** Holds one part of a request (path, query or body) against its schema. */
export function judge(schema: z.ZodType | undefined, value: unknown): Judgement {
  const nul = placeOfNul(value, [])
  if (nul !== undefined) {
    const message = 'It holds a NUL character, which no text here may.'
    return { value: undefined, problems: [{ param: placeOf(nul), message }] }
  }
  const parsed = (schema ?? nothing).safeParse(value)
  if (parsed.success) return { value: parsed.data, problems: [] }
  return {
    value: undefined,
    problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, value)),
  }
}

/** Where a text or a name holds U+0000, which PostgreSQL cannot keep. Depth is the reader's. */
function placeOfNul(value: unknown, path: Path): Path | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined
  if (typeof value !== 'object' || value === null || isJsonNumber(value)) return undefined
  for (const [name, member] of Object.entries(value)) {
    const place = [...path, Array.isArray(value) ? Number(name) : name]
    const found = name.includes('\0') ? path : placeOfNul(member, place)
    if (found !== undefined) return found
  }
  return undefined
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown): readonly Problem[] {
  const { path } = issue
  const param = placeOf(path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      param: placeOf([...path, key]),
      message: 'There is no such member; check its spelling.',
    }))
  }
  const given = at(value, path)
  if (given === undefined) {
    return [
      { param, message: path.length === 0 ? 'A JSON object is required.' : 'It is required.' },
    ]
  }
  if (issue.code !== 'invalid_type') return [{ param, message: issue.message }]
  return [{ param, message: `It must be of type ${issue.expected}, not ${kindOf(given)}.` }]
}

/** `destinations[0].amount`; the body as a whole is `body`. */
const placeOf = (path: Path): string =>
  path.length === 0
    ? 'body'
    : path.reduce<string>((text, step) => {
        if (typeof step === 'number') return `${text}[${step}]`
        return text === '' ? String(step) : `${text}.${String(step)}`
      }, '')

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (part, step) =>
      typeof part === 'object' && part !== null ? Reflect.get(part, step) : undefined,
    value,
  )

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return isJsonNumber(value) ? 'number' : typeof value
}
