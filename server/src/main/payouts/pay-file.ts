import { rename, writeFile } from 'node:fs/promises'
import { AppError } from '../../errors/app-error.ts'
import type { PayoutFile } from '../../payouts/batch-file/file-row.ts'
import { fingerprintOf, orderOfFile } from '../../payouts/batch-file/order-of-file.ts'
import { resultsText, type RowResult } from '../../payouts/batch-file/results.ts'
import {
  beginFile,
  checkFile,
  progressOf,
  refusedResults,
  resultsOf,
  type FileCheck,
  type FileCtx,
} from '../../payouts/batch-file/run-file.action.ts'
import type { Batch } from '../../payouts/batch.ts'
import type { PayoutStatus } from '../../payouts/payout.ts'
import type { Book } from '../../shell/book.ts'
import { EXIT } from '../cli/command.ts'
import { progressText } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { PayoutsAsked } from './options.ts'
import { countsOf, showCounts, showFaults, showTotals } from './show-file.ts'

/** A file that was read, and whose money it is about. */
export type PayFile = Readonly<{
  asked: PayoutsAsked
  book: Book
  bytes: Uint8Array
  file: PayoutFile
  /** Resolves when whoever waits has enough of it. */
  stop: Promise<unknown>
}>

const LOOK_MS = 500

/**
 * Shows what a file would pay, begins it unless it is only looked at, and writes what came of each
 * row. The same again goes on where it was.
 *
 * @returns the exit code: 0, or 3 where rows cannot be paid
 * @throws ledger.insufficient_balance, and what keeps payouts from being judged or begun
 */
export async function payFile(ctx: FileCtx, terminal: Terminal, pay: PayFile): Promise<number> {
  const { asked, book, bytes, file } = pay
  const today = new Date(ctx.clock.now()).toISOString().slice(0, 10)
  if (file.executeOn !== undefined && file.executeOn > today) {
    const problem = `it asks to be paid on ${file.executeOn}, and payouts are sent at once: run it then`
    throw new AppError('payouts.file_not_readable', { problem })
  }
  const { run, reference } = asked
  const name = { fingerprint: fingerprintOf(bytes), run, reference }
  const checking = terminal.step('Checking each row')
  const check = await checkFile(ctx, book, orderOfFile(file.rows, name))
  if (check.kind === 'refused') {
    checking.done(`${check.problems.length} of ${file.rows.length} cannot be paid`)
    return refuse(terminal, pay, check)
  }
  checking.done(`nothing wrong with any of ${file.rows.length} rows`)
  showTotals(terminal, check.totals)
  if (check.kind === 'begun') terminal.line(`  It was begun before, as ${check.batch.batchId}.`)
  if (asked.isDry) return 0
  const batch = check.kind === 'begun' ? check.batch : await begin(ctx, terminal, { book, check })
  if (asked.waits) await follow(ctx, terminal, { ...pay, batch })
  await writeResults(asked, await resultsOf(ctx.db, book, { rows: file.rows, batch }))
  const counts = countsOf(await progressOf(ctx.db, book, batch))
  showCounts(terminal, counts)
  if (counts.has('pending_verification')) {
    terminal.line(`  Verify it with POST /v1/payouts/${batch.batchId}/verify.`)
  }
  terminal.line(`  What came of each row: ${asked.result}`)
  return 0
}

type Refused = Extract<FileCheck, { kind: 'refused' }>

async function refuse(
  terminal: Terminal,
  { asked, file }: PayFile,
  { problems }: Refused,
): Promise<number> {
  const faults = problems.map(({ index, refusal }) => {
    return { line: file.rows[index]?.line ?? 0, problem: refusal.message }
  })
  showFaults(terminal, faults)
  await writeResults(asked, refusedResults(file.rows, problems))
  terminal.line('  Nothing was begun.')
  terminal.line(`  What is wrong with each row: ${asked.result}`)
  return EXIT.found
}

async function begin(
  ctx: FileCtx,
  terminal: Terminal,
  { book, check }: Readonly<{ book: Book; check: Extract<FileCheck, { kind: 'new' }> }>,
): Promise<Batch> {
  const step = terminal.step('Reserving the money')
  const batch = await beginFile(ctx, book, check.prepared)
  step.done(batch.batchId)
  return batch
}

type Following = PayFile & Readonly<{ batch: Batch }>

const ENDED: readonly PayoutStatus[] = ['completed', 'failed', 'canceled']

/** Waits until nothing of it is on its way any more, or somebody has enough of waiting. */
async function follow(ctx: FileCtx, terminal: Terminal, following: Following): Promise<void> {
  const { book, batch, file, stop } = following
  const step = terminal.step('Sending')
  const stopping = new AbortController()
  void stop.then(() => stopping.abort())
  for (;;) {
    const counts = countsOf(await progressOf(ctx.db, book, batch))
    const done = ENDED.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0)
    step.update(progressText(done, file.rows.length))
    if (!counts.has('processing')) return step.done(progressText(done, file.rows.length))
    if (stopping.signal.aborted) return step.done('goes on without us; run the same again to look')
    await ctx.clock.sleep(LOOK_MS, stopping.signal)
  }
}

/** Written beside and renamed, so that nobody reads half of it. */
async function writeResults(
  { result }: PayoutsAsked,
  results: readonly RowResult[],
): Promise<void> {
  const draft = `${result}.${process.pid}`
  await writeFile(draft, resultsText(results), { mode: 0o600 })
  await rename(draft, result)
}
