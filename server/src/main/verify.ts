import { verifyLedger } from '../ledger/verify.action.ts'
import { readConfig } from '../shell/config.ts'
import { openDatabaseBeside } from './database.ts'
import { EXIT, type Machine } from './cli/command.ts'

/** `coffer verify`: proves the ledger. @returns 0 when it is whole, 3 when a row does not fit */
export async function verify({ terminal, env }: Machine): Promise<number> {
  const config = readConfig(env)
  terminal.heading('Proving the ledger')
  await using database = await openDatabaseBeside(config)
  const step = terminal.step('Replaying')
  const verdict = await verifyLedger(database, {
    onProgress: ({ done, total }) => step.update(`${done} of ${total} rows`),
  })
  if (verdict.kind === 'broken') {
    step.done('stopped at the first row that does not fit')
    terminal.line(`\n  ${JSON.stringify(verdict.finding)}`)
    terminal.line('  Stop the writers, keep a copy of this database, and compare with a backup.')
    return EXIT.found
  }
  step.done('every balance, line and hash fits')
  terminal.table(
    ['rows', 'count'],
    [...Object.entries(verdict.counts), ['unsealed', verdict.unsealed]].map(([name, count]) => [
      String(name),
      String(count),
    ]),
  )
  return 0
}
