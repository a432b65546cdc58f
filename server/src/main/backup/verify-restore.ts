import { resolve } from 'node:path'
import { proveByChains } from '../../custody/prove-by-chains.action.ts'
import { AppError } from '../../errors/app-error.ts'
import { verifyLedger } from '../../ledger/verify.action.ts'
import { systemClock } from '../../shell/clock.ts'
import { readConfig, type Config } from '../../shell/config.ts'
import { openCopying } from '../../shell/copying.ts'
import { openDb, type Db } from '../../shell/db.ts'
import { EXIT, type Machine } from '../cli/command.ts'
import type { VerifyRestoreGiven } from '../commands/backup.ts'
import { buildContext } from '../context.ts'
import { progressText } from '../progress.ts'
import { openRealChains } from '../real-chains.ts'
import { findMasterKey, masterKeyAmong, masterKeyCheck } from './keys.ts'
import { paced } from './paced.ts'
import { readPassphraseFile } from './passphrase.ts'
import { restoreInto, type ReadBackup } from './restore-into.action.ts'
import { databaseOnTheSide, embeddedOnTheSide, type SideDatabase } from './side-database.ts'

type Proof = Readonly<{
  config: Config
  backup: ReadBackup
  db: Db
  machine: Machine
}>

/** `coffer verify-restore`: the drill. @returns 0 when the backup holds what it should, else 3 */
export async function verifyRestore(machine: Machine, given: VerifyRestoreGiven): Promise<number> {
  const { terminal, notes } = machine
  const config = readConfig(machine.env)
  const place = {
    file: resolve(given.from),
    passphrase: await readPassphraseFile(given['passphrase-file']),
  }
  await using side = await openSide(config, given)
  const backup = await restoreOnTheSide(side, place, machine)
  await using db = openDb(side.url)
  const proof = { config, backup, db, machine }
  const problems = [
    ...(await proveMasterKey(proof)),
    ...(await proveLedger(proof)),
    ...(await proveChains(proof)),
  ]
  if (problems.length === 0) {
    terminal.line(
      `This backup of ${backup.head.taken_at} can be restored, and its books are right.`,
    )
    return EXIT.done
  }
  terminal.table(
    ['where', 'what is wrong'],
    problems.map(({ where, problem }) => [where, problem]),
  )
  notes.line(
    '  Keep this file, make another backup, and find out what happened before you need it.',
  )
  return EXIT.found
}

type Problem = Readonly<{ where: string; problem: string }>

function openSide(config: Config, given: VerifyRestoreGiven): Promise<SideDatabase> {
  if (!given['on-server']) return embeddedOnTheSide()
  if (config.databaseUrl !== '') return databaseOnTheSide(config.databaseUrl)
  const problem = '--on-server needs DATABASE_URL'
  throw new AppError('shell.arguments_invalid', { problem })
}

async function restoreOnTheSide(
  side: SideDatabase,
  place: Parameters<typeof restoreInto>[1],
  { notes, signal }: Machine,
): Promise<ReadBackup> {
  const step = notes.step('Restoring')
  const say = paced(systemClock, step.update)
  await using copying = await openCopying(side.url)
  const onProgress = ({ table, done, of }: { table: string; done: number; of: number }): void => {
    signal.throwIfAborted()
    say(() => `${progressText(done, of)} tables (${table})`)
  }
  const options = { where: side.name, onProgress }
  const backup = await restoreInto({ copying, clock: systemClock }, place, options)
  const rows = backup.manifest.tables.reduce((sum, one) => sum + one.rows, 0)
  step.done(`${rows} rows, each table as it was hashed`)
  return backup
}

/** Sealed secrets without their key are lost: better to hear of it now. */
async function proveMasterKey({ config, backup }: Proof): Promise<readonly Problem[]> {
  const { head, keys } = backup
  if (head.master_key_check === null) return []
  const where = 'master key'
  const own = masterKeyAmong(keys) ?? (await findMasterKey(config))
  if (own === undefined) return [{ where, problem: 'it is neither here nor in the backup' }]
  if (masterKeyCheck(own, head.id) === head.master_key_check) return []
  return [{ where, problem: 'it is not the one that sealed this backup' }]
}

async function proveLedger({ db, backup, machine }: Proof): Promise<readonly Problem[]> {
  const step = machine.notes.step('Replaying the ledger')
  const say = paced(systemClock, step.update)
  const knownHeads = backup.manifest.heads.map(({ book_id: bookId, position, hash }) => ({
    bookId,
    position,
    hash: Buffer.from(hash, 'hex'),
  }))
  const verdict = await verifyLedger(
    { db },
    {
      knownHeads,
      onProgress: ({ done, total }) => {
        machine.signal.throwIfAborted()
        say(() => progressText(done, Math.max(1, total)))
      },
    },
  )
  if (verdict.kind === 'whole') {
    step.done(`${verdict.counts.lines} lines, every balance and hash fits`)
    return []
  }
  step.done('a row does not fit')
  const { table, key, differs } = verdict.finding
  return [{ where: 'ledger', problem: `${table} ${JSON.stringify(key)}: ${differs}` }]
}

async function proveChains({ config, db, machine }: Proof): Promise<readonly Problem[]> {
  const step = machine.notes.step('Comparing with the chains')
  // The local node belongs to the platform that runs it: a second one would write to its file.
  await using chains = await openRealChains({ ...config, localNode: 'off' })
  const ctx = buildContext({
    config,
    db,
    // Nothing that is sealed is opened here, and the signer is not asked.
    masterKey: Buffer.alloc(32),
    signerSocket: '',
    realChains: chains.real,
    localNodes: chains.local,
  })
  await using _ledger = ctx.ledger
  const say = paced(systemClock, step.update)
  const problems: Problem[] = []
  const notes: string[] = []
  let compared = 0
  for await (const proof of proveByChains(ctx)) {
    machine.signal.throwIfAborted()
    const where = `${proof.chain} (${proof.realm})`
    say(() => where)
    compared += proof.addresses
    problems.push(...proof.problems.map((problem) => ({ where, problem })))
    notes.push(...proof.since.map((one) => `  since the backup, on ${where}: ${one}`))
    if (proof.notCompared !== undefined) {
      notes.push(`  ${where} was not compared: ${proof.notCompared}`)
    }
  }
  step.done(`${compared} addresses`)
  for (const one of notes) machine.notes.line(one)
  return problems
}
