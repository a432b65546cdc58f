import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { nearestOf } from './nearest.ts'
import { parametersOf, type Parameter } from './parameter.ts'

/**
 * Reads what follows a command's name. The words are taken apart by `node:util`, the values are
 * read by the command's schema.
 *
 * @throws shell.arguments_invalid
 */
export function readGiven<Given extends z.ZodObject>(
  given: Given,
  args: readonly string[],
): z.output<Given> {
  const parameters = parametersOf(given)
  const read = given.safeParse(valuesOf(parameters, args))
  if (read.success) return read.data
  throw misused(read.error.issues.map((issue) => problemOf(parameters, issue)).join('; '))
}

/** A command line that cannot be understood. */
export const misused = (problem: string, cause?: unknown): AppError =>
  new AppError('shell.arguments_invalid', { problem }, { cause })

function valuesOf(parameters: readonly Parameter[], args: readonly string[]) {
  const options = parameters.filter((one) => !one.isOperand)
  const { values, positionals } = parse(options, args)
  const operands = parameters.filter((one) => one.isOperand)
  const last = operands.at(-1)
  if (positionals.length > operands.length && last?.isList !== true) {
    throw misused(`"${positionals[operands.length]}" is one word too many`)
  }
  const placed = operands.map((one, place) => {
    return [one.name, one.isList ? positionals.slice(place) : positionals[place]] as const
  })
  const given = placed.filter(([, value]) => value !== undefined)
  return { ...values, ...Object.fromEntries(given) }
}

function parse(options: readonly Parameter[], args: readonly string[]) {
  const known: NonNullable<ParseArgsConfig['options']> = {}
  for (const { name, isFlag, isList } of options) {
    known[name] = { type: isFlag ? 'boolean' : 'string', multiple: isList }
  }
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true })
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    // Its second sentence tells how to give an operand that begins with a dash.
    const [problem = said] = said.split('. ')
    const unknown = /^Unknown option '(-{1,2})([^']*)'/.exec(problem)
    if (unknown === null) throw misused(problem, cause)
    const [, dashes = '', name = ''] = unknown
    const near = nearestOf(
      name,
      options.map((one) => one.name),
    )
    const hint = near === undefined ? '' : `; is --${near} meant?`
    throw misused(`there is no ${dashes}${name}${hint}`, cause)
  }
}

function problemOf(parameters: readonly Parameter[], issue: z.core.$ZodIssue): string {
  const parameter = parameters.find((one) => one.name === issue.path[0])
  if (parameter === undefined) return issue.message
  const { value, isOperand, choices, doc } = parameter
  const name = isOperand ? value : `--${parameter.name}`
  if (issue.code === 'invalid_type') return `${name} is needed: ${doc}`
  if (choices.length > 0) return `${name} is ${choices.join(' or ')}`
  return `${name} is ${issue.message}`
}
