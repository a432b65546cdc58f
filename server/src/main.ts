import { AppError } from './errors/app-error.ts'
import { demo } from './main/demo/demo.ts'
import { stopAsked } from './main/stop.ts'
import { createTerminal, type Terminal } from './main/terminal.ts'
import { up } from './main/up.ts'
import { verify } from './main/verify.ts'

type Command = Readonly<{
  doc: string
  run: (terminal: Terminal, stop: Promise<unknown>) => Promise<number>
}>

const commands: Readonly<Record<string, Command>> = {
  up: { doc: 'start the platform, and stop it with Ctrl-C', run: up },
  demo: { doc: 'start the platform and pay a first checkout session on a real chain', run: demo },
  verify: { doc: 'prove the ledger: replay it and check its chain of hashes', run: verify },
}

const terminal = createTerminal(process.stdout)
process.exitCode = await main(process.argv[2] ?? 'help')

async function main(name: string): Promise<number> {
  const command = commands[name]
  if (command === undefined) return usage(name)
  try {
    return await command.run(terminal, stopAsked())
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    process.stderr.write(`coffer: ${error.message} [${error.code}]\n`)
    return 1
  }
}

function usage(name: string): number {
  const isAsked = ['help', '--help', '-h'].includes(name)
  if (!isAsked) process.stderr.write(`coffer: there is no command "${name}"\n`)
  terminal.line('Usage: coffer <command>')
  terminal.table(
    ['command', 'what it does'],
    Object.entries(commands).map(([title, { doc }]) => [title, doc]),
  )
  return isAsked ? 0 : 2
}
