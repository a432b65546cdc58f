import { z } from 'zod'

/** An option or an operand as a command declares it. */
export type Parameter = Readonly<{
  name: string
  doc: string
  /** What stands for the value in help: `FILE`. */
  value: string
  isOperand: boolean
  /** An option without a value. */
  isFlag: boolean
  /** May be given again and again. */
  isList: boolean
  isNeeded: boolean
  /** All values there are; empty where any text may stand. */
  choices: readonly string[]
  /** What completion offers beside that: other texts may stand there too. */
  suggestions: readonly string[]
  /** What counts where nothing is given. */
  fallback: string | undefined
}>

/** What is said of a parameter beside its schema. */
type Said = Readonly<{ doc: string; value?: string; suggestions?: readonly string[] }>

/** An option with what help says of it: `--book BOOK`. */
export function option<Schema extends z.ZodType>(schema: Schema, said: Said): Schema {
  const { doc: description, value, suggestions } = said
  return schema.meta({ description, value, suggestions })
}

/** A flag, off where it is not given: `--json`. */
export const flag = (doc: string) => z.boolean().default(false).meta({ description: doc })

/** What is given by its place: `FILE`. Only the last may be a list. */
export function operand<Schema extends z.ZodType>(schema: Schema, said: Said): Schema {
  const { doc: description, value, suggestions } = said
  return schema.meta({ description, value, suggestions, operand: true })
}

/** A whole number of at most ten digits within bounds, both included. */
export const wholeNumber = (min: number, max: number) =>
  z.string().transform((text, context) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1
    if (value >= min && value <= max) return value
    context.addIssue({ code: 'custom', message: `a whole number from ${min} to ${max}` })
    return z.NEVER
  })

const Documented = z.object({
  required: z.array(z.string()).default([]),
  properties: z.record(
    z.string(),
    z.object({
      type: z.string().default('string'),
      description: z.string().default(''),
      value: z.string().optional(),
      suggestions: z.array(z.string()).default([]),
      operand: z.boolean().default(false),
      default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
      enum: z.array(z.string()).optional(),
      items: z.object({ enum: z.array(z.string()).optional() }).optional(),
    }),
  ),
})

/** The parameters of a schema, in its order. */
export function parametersOf(given: z.ZodObject): readonly Parameter[] {
  const schema = z.toJSONSchema(given, { io: 'input', unrepresentable: 'any' })
  const { properties, required } = Documented.parse(schema)
  return Object.entries(properties).map(([name, said]) => ({
    ...{ name, doc: said.description, isOperand: said.operand },
    value: said.value ?? name.toUpperCase(),
    isFlag: said.type === 'boolean',
    isList: said.type === 'array',
    isNeeded: required.includes(name),
    choices: said.enum ?? said.items?.enum ?? [],
    suggestions: said.suggestions,
    fallback:
      said.default === undefined || said.default === false || Array.isArray(said.default)
        ? undefined
        : String(said.default),
  }))
}
