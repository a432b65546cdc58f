import type { z } from 'zod'
import type { Terminal } from '../terminal.ts'
import { parametersOf, type Parameter } from './parameter.ts'
import { readGiven } from './read-given.ts'

/** What a command finds around it. */
export type Machine = Readonly<{
  /** Standard output: what was asked for. */
  terminal: Terminal
  /** Standard error: how far it is, and what went otherwise; it never mixes with a result. */
  notes: Terminal
  env: Readonly<Record<string, string | undefined>>
  /** Resolves when somebody asks the program to stop. */
  stop: Promise<unknown>
  /** Aborted then too, and when nobody reads standard output any more. */
  signal: AbortSignal
}>

/** A way to use a command: what is typed after `coffer`, and what that does. */
export type Example = Readonly<{ line: string; doc: string }>

/** What a command is, said once: help, docs/cli.md and completion are read off it. */
export type Declaration<Given extends z.ZodObject> = Readonly<{
  /** One word, or two: `payouts run`. */
  name: string
  /** One line, without a full stop. */
  doc: string
  /** What the line leaves out, in sentences. */
  more?: string
  /** Options and operands by name, each with a description; `operand` makes those. */
  given: Given
  examples: readonly Example[]
  /** Exit codes of its own, beside those of `EXIT`. */
  exits?: Readonly<Record<number, string>>
  /** Loaded when it is asked for: what derives an address does not wait for a server. */
  load: () => Promise<(machine: Machine, given: z.output<Given>) => Promise<number>>
}>

/** A declaration whose own types are closed away, so that all of them fit into one list. */
export type Command = Omit<Declaration<z.ZodObject>, 'load' | 'given'> &
  Readonly<{
    parameters: readonly Parameter[]
    /** @param args what follows the name. @returns the exit code; @throws shell.arguments_invalid */
    run: (machine: Machine, args: readonly string[]) => Promise<number>
  }>

/** Exit codes that every command has. */
export const EXIT = { done: 0, refused: 1, misused: 2, found: 3, away: 4, stopped: 130 } as const

/** What the exit codes of every command mean; 3 means something only where a command says so. */
export const EXIT_DOCS: Readonly<Record<number, string>> = {
  [EXIT.done]: 'done',
  [EXIT.refused]: 'refused; the line on standard error says why, with a code of docs/errors.md',
  [EXIT.misused]: 'the command line makes no sense; nothing was begun',
  [EXIT.away]: 'the server, or the database, does not answer; the same again may succeed later',
  [EXIT.stopped]: 'stopped before the end, by Ctrl-C or because nobody reads the output any more',
}

/** Declares a command. */
export function command<Given extends z.ZodObject>(declaration: Declaration<Given>): Command {
  const { load, given, ...rest } = declaration
  return {
    ...rest,
    parameters: parametersOf(given),
    run: async (machine, args) => {
      const read = readGiven(given, args)
      return await (
        await load()
      )(machine, read)
    },
  }
}
