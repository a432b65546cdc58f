import { drawTable } from '../terminal.ts'
import { EXIT_DOCS, type Command } from './command.ts'
import type { Parameter } from './parameter.ts'

/** How a parameter is written: `--book BOOK`, `FILE …`. */
export function writtenAs({ name, value, ...one }: Parameter): string {
  if (one.isOperand) return `${value}${one.isList ? ' …' : ''}`
  return one.isFlag ? `--${name}` : `--${name} ${value}`
}

/** What is said of a parameter, with its choices and what counts where it is not given. */
export function docOf({ doc, choices, fallback, isNeeded, isOperand }: Parameter): string {
  const facts = [
    ...(choices.length > 0 ? [choices.join('|')] : []),
    ...(fallback === undefined ? [] : [`${fallback} if not given`]),
    ...(isNeeded && !isOperand ? ['needed'] : []),
  ]
  return facts.length === 0 ? doc : `${doc} (${facts.join('; ')})`
}

/** The first line of a command's help: what is typed. */
export function usageOf({ name, parameters }: Command): string {
  const written = parameters.map((one) => (one.isNeeded ? writtenAs(one) : `[${writtenAs(one)}]`))
  const operands = written.filter((_, place) => parameters[place]?.isOperand)
  const options = written.filter((_, place) => !parameters[place]?.isOperand)
  return ['coffer', name, ...operands, ...options].join(' ')
}

/** All exit codes of a command with their meanings, in order. */
export const exitsOf = ({ exits = {} }: Pick<Command, 'exits'>): readonly [string, string][] =>
  Object.entries({ ...EXIT_DOCS, ...exits })

/** The help of one command, line by line. */
export function helpOf(command: Command): readonly string[] {
  const { doc, more, parameters, examples } = command
  return [
    `Usage: ${usageOf(command)}`,
    '',
    ...wrapped(`${doc.charAt(0).toUpperCase()}${doc.slice(1)}.`),
    ...(more === undefined ? [] : ['', ...wrapped(more)]),
    ...listed(
      'What is given',
      parameters.map((one) => [writtenAs(one), docOf(one)]),
    ),
    ...listed(
      'Examples',
      examples.map(({ line, doc: what }) => [`coffer ${line}`, what]),
    ),
    ...listed('Exit codes', exitsOf(command)),
  ]
}

/** The commands, or those of one first word, line by line. */
export function contentsOf(commands: readonly Command[], word = '<command>'): readonly string[] {
  const rows = commands.map(({ name, doc }) => [name, doc])
  return [
    `Usage: coffer ${word} …`,
    '',
    ...drawTable(['command', 'what it does'], rows),
    '',
    '  coffer help <command> says more of it.',
  ]
}

function listed(
  title: string,
  rows: readonly (readonly [string, string] | readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(([left = '']) => left.length))
  const lines = rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`)
  return ['', title, ...lines]
}

const COLUMNS = 88

function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length >= COLUMNS) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
