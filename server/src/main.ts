import { AppError } from './errors/app-error.ts'
import { stopAsked } from './main/stop.ts'
import { createTerminal, type Terminal } from './main/terminal.ts'

type Run = (terminal: Terminal, stop: Promise<unknown>, args: readonly string[]) => Promise<number>

/** Each is loaded when it is asked for: what derives an address does not wait for a server. */
type Command = Readonly<{ doc: string; load: () => Promise<Run> }>

const commands: Readonly<Record<string, Command>> = {
  up: {
    doc: 'start the platform, and stop it with Ctrl-C',
    load: async () => (await import('./main/up.ts')).up,
  },
  demo: {
    doc: 'start the platform and pay a first checkout session on a real chain',
    load: async () => (await import('./main/demo/demo.ts')).demo,
  },
  derive: {
    doc: 'print addresses of a phrase on standard input: --network NAME [--path PATH | --count 5]',
    load: async () => (await import('./main/derive.ts')).derive,
  },
  signer: {
    doc: 'what the signer did and may do: log [--verify] [--json], policy, second-factor',
    load: async () => (await import('./main/signer.ts')).signer,
  },
  halts: {
    doc: 'list what nodes contradict one another about; [--resume USDT_BSC [--environment live]]',
    load: async () => (await import('./main/halts.ts')).halts,
  },
  totp: {
    doc: 'enrol the authenticator of an owner: --email OWNER [--environment test] [--code CODE]',
    load: async () => (await import('./main/totp.ts')).totp,
  },
  payouts: {
    doc: 'check FILE, or run FILE --book live --organization ORG [--dry-run] [--wait]: a CSV or pain.001',
    load: async () => (await import('./main/payouts/payouts.ts')).payouts,
  },
  verify: {
    doc: 'prove the ledger: replay it and check its chain of hashes',
    load: async () => (await import('./main/verify.ts')).verify,
  },
}

const terminal = createTerminal(process.stdout)
process.exitCode = await main(process.argv[2] ?? 'help')

async function main(name: string): Promise<number> {
  const command = commands[name]
  if (command === undefined) return usage(name)
  try {
    const run = await command.load()
    return await run(terminal, stopAsked(), process.argv.slice(3))
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
