import { z } from 'zod'

/** Something wrong with a request: `param` is its place, such as `destinations[0].amount`. */
export type Problem = Readonly<{ param: string; message: string }>

type Judgement = Readonly<{ value: unknown; problems: readonly Problem[] }>

/** What a part of a request must be where the route declares nothing: absent, or empty. */
const nothing = z.strictObject({}).optional()

/** Holds one part of a request (path, query or body) against its schema. */
export function judge(schema: z.ZodType | undefined, value: unknown): Judgement {
  const parsed = (schema ?? nothing).safeParse(value)
  if (parsed.success) return { value: parsed.data, problems: [] }
  return { value: undefined, problems: parsed.error.issues.flatMap(problemsOf) }
}

function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  if (issue.code !== 'unrecognized_keys') {
    const absent = issue.code === 'invalid_type' && issue.input === undefined
    return [{ param: place(issue.path), message: absent ? 'It is required.' : issue.message }]
  }
  return issue.keys.map((key) => ({
    param: place([...issue.path, key]),
    message: 'There is no such member; check its spelling.',
  }))
}

/** `destinations[0].amount`; the whole body is the empty text. */
const place = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')
