import { open } from 'node:fs/promises'
import { AppError } from '../../errors/app-error.ts'
import type { PayoutFile } from '../../payouts/batch-file/file-row.ts'
import { FILE_BYTES_MAX, readPayoutFile } from '../../payouts/batch-file/read-file.ts'
import { ROWS_MAX } from '../../payouts/payout-request.ts'
import { findBook } from '../../tenancy/find-book.action.ts'
import type { PlatformCtx } from '../context.ts'
import { EXIT, type Machine } from '../cli/command.ts'
import type { CheckGiven, RunGiven } from '../commands/payout-files.ts'
import type { Terminal } from '../terminal.ts'
import { openBeside } from './open-beside.ts'
import { checkAsked, runAsked, type Payer, type PayoutsAsked } from './options.ts'
import { payFile } from './pay-file.ts'
import { showFaults, showRows } from './show-file.ts'

/** `coffer payouts check`: looks at a file of payouts. As `runPayouts`, and nothing is begun. */
export const checkPayouts = (machine: Machine, given: CheckGiven): Promise<number> =>
  payouts(machine, checkAsked(given))

/**
 * `coffer payouts run`: pays a file of payouts.
 *
 * @returns the exit code: 0, or 3 where rows cannot be read or paid
 * @throws shell.arguments_invalid, payouts.file_not_readable, and what `payFile` throws
 */
export const runPayouts = (machine: Machine, given: RunGiven): Promise<number> =>
  payouts(machine, runAsked(given))

async function payouts({ terminal, stop, env }: Machine, asked: PayoutsAsked): Promise<number> {
  const bytes = await readBytes(asked.path)
  const reading = terminal.step('Reading')
  const file = readPayoutFile(bytes)
  reading.done(`${file.format}, ${file.rows.length + file.faults.length} payouts`)
  if (!isWhole(terminal, file)) return EXIT.found
  if (asked.payer === undefined) {
    showRows(terminal, file)
    return 0
  }
  await using beside = await openBeside(env)
  const book = await bookOf(beside.ctx, asked.payer)
  return await payFile(beside.ctx, terminal, { asked, book, bytes, file, stop })
}

function isWhole(terminal: Terminal, { rows, faults }: PayoutFile): boolean {
  if (faults.length > 0) {
    showFaults(terminal, faults)
    terminal.line('  Nothing was begun.')
    return false
  }
  if (rows.length > 0 && rows.length <= ROWS_MAX) return true
  const problem =
    rows.length === 0 ? 'it has no payouts' : `it has more than ${ROWS_MAX} payouts: split it`
  throw new AppError('payouts.file_not_readable', { problem })
}

/**
 * One byte more than allowed is read, so that a file that is too large is refused as such. A read
 * may end before the file does: a part of it must not pass for the whole.
 */
async function readBytes(path: string): Promise<Uint8Array> {
  try {
    await using handle = await open(path, 'r')
    const chunks: Buffer[] = []
    for await (const chunk of handle.createReadStream({ end: FILE_BYTES_MAX })) chunks.push(chunk)
    return Buffer.concat(chunks)
  } catch (cause) {
    const problem = `${path} cannot be read (${cause instanceof Error ? cause.message : 'unknown'})`
    throw new AppError('shell.arguments_invalid', { problem }, { cause })
  }
}

async function bookOf({ db }: PlatformCtx, payer: Payer) {
  const book = await findBook(db, payer)
  if (book !== undefined) return book
  throw new AppError('shell.arguments_invalid', {
    problem: `there is no organization ${payer.orgId} here`,
  })
}
