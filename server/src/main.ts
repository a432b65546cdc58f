import { runCommand } from './main/cli/run-command.ts'
import { commands } from './main/commands.ts'
import { openMachine } from './main/machine.ts'

const machine = openMachine(process)
process.exitCode = await runCommand(commands, machine, process.argv.slice(2))
