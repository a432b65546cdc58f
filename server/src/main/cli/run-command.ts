import { AppError } from '../../errors/app-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { EXIT, type Command, type Machine } from './command.ts'
import { contentsOf, helpOf } from './help.ts'
import { nearestOf } from './nearest.ts'

const HELP = ['help', '--help', '-h']
const NAME_WORDS_MAX = 2

/**
 * Runs the command that the words name, or shows help.
 *
 * @param words what was typed after `coffer`
 * @returns the exit code; refusals are told on standard error
 */
export async function runCommand(
  commands: readonly Command[],
  machine: Machine,
  words: readonly string[],
): Promise<number> {
  const [first = 'help', ...others] = words
  if (first === '--version') return runCommand(commands, machine, ['version'])
  if (HELP.includes(first)) return help(commands, machine, others)
  const command = named(commands, words)
  if (command === undefined) return unknown(commands, machine, words)
  const args = words.slice(command.name.split(' ').length)
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  if (own.some((one) => HELP.slice(1).includes(one))) {
    return say(machine.terminal, helpOf(command))
  }
  try {
    return await command.run(machine, args)
  } catch (error) {
    if (machine.signal.aborted && error === machine.signal.reason) return EXIT.stopped
    if (!(error instanceof AppError)) throw error
    machine.notes.line(`coffer: ${error.message} [${error.code}]`)
    if (error.code !== 'shell.arguments_invalid') return exitOf(error.code)
    machine.notes.line(`        coffer help ${command.name} shows what it takes.`)
    return EXIT.misused
  }
}

const AWAY: readonly ErrorCode[] = ['shell.database_unreachable', 'cli.server_away']

const exitOf = (code: ErrorCode): number => (AWAY.includes(code) ? EXIT.away : EXIT.refused)

function named(commands: readonly Command[], words: readonly string[]): Command | undefined {
  for (let count = NAME_WORDS_MAX; count > 0; count -= 1) {
    const name = words.slice(0, count).join(' ')
    const found = commands.find((one) => one.name === name)
    if (found !== undefined) return found
  }
  return undefined
}

function help(
  commands: readonly Command[],
  { terminal, notes }: Machine,
  words: readonly string[],
): number {
  if (words.length === 0) return say(terminal, contentsOf(commands))
  const command = named(commands, words)
  if (command !== undefined) return say(terminal, helpOf(command))
  const [word = ''] = words
  const group = commands.filter((one) => one.name.startsWith(`${word} `))
  if (group.length > 0) return say(terminal, contentsOf(group, word))
  notes.line(`coffer: there is no command "${words.join(' ')}"${meant(commands, words)}`)
  return EXIT.misused
}

function unknown(
  commands: readonly Command[],
  { terminal, notes }: Machine,
  words: readonly string[],
): number {
  const [word = ''] = words
  const group = commands.filter((one) => one.name.startsWith(`${word} `))
  const isAsked = words.slice(1).some((one) => HELP.slice(1).includes(one))
  if (group.length > 0) {
    say(isAsked ? terminal : notes, contentsOf(group, word))
    return isAsked ? EXIT.done : EXIT.misused
  }
  notes.line(`coffer: there is no command "${word}"${meant(commands, words)}`)
  notes.line('        coffer help lists them.')
  return EXIT.misused
}

function meant(commands: readonly Command[], [first = '', second = '']: readonly string[]): string {
  const names = commands.map((one) => one.name)
  const near = nearestOf(`${first} ${second}`.trim(), names) ?? nearestOf(first, names)
  return near === undefined ? '' : `; is "${near}" meant?`
}

function say({ line }: Machine['terminal'], lines: readonly string[]): number {
  for (const text of lines) line(text)
  return EXIT.done
}
