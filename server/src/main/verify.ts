import { verifyLedger, type Verdict } from '../ledger/verify.action.ts'
import { readConfig } from '../shell/config.ts'
import { EXIT, type Machine } from './cli/command.ts'
import { jsonLine } from './cli/show.ts'
import type { VerifyGiven } from './commands/platform.ts'
import { openDatabaseBeside } from './database.ts'
import { progressText } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** `coffer verify`: proves the ledger. @returns 0 when it is whole, 3 when a row does not fit */
export async function verify(machine: Machine, { json }: VerifyGiven): Promise<number> {
  const { notes, signal, env } = machine
  await using database = await openDatabaseBeside(readConfig(env))
  const terminal = json ? notes : machine.terminal
  terminal.heading('Proving the ledger')
  const step = terminal.step('Replaying')
  const verdict = await verifyLedger(database, {
    onProgress: ({ done, total }) => {
      signal.throwIfAborted()
      step.update(total === 0 ? 'nothing is booked' : `${progressText(done, total)} rows`)
    },
  })
  const isWhole = verdict.kind !== 'broken'
  step.done(
    isWhole ? 'every balance, line and hash fits' : 'stopped at the first row that does not fit',
  )
  if (json) machine.terminal.line(jsonLine(verdict))
  else show(terminal, verdict)
  return isWhole ? EXIT.done : EXIT.found
}

function show(terminal: Terminal, verdict: Verdict): void {
  if (verdict.kind === 'broken') {
    terminal.line(`\n  ${jsonLine(verdict.finding)}`)
    terminal.line('  Stop the writers, keep a copy of this database, and compare with a backup.')
    return
  }
  terminal.table(
    ['rows', 'count'],
    [...Object.entries(verdict.counts), ['unsealed', verdict.unsealed]].map(([name, count]) => [
      String(name),
      String(count),
    ]),
  )
}
