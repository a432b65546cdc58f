import { systemClock } from '../../shell/clock.ts'
import { bookOf } from '../../tenancy/found-organization.action.ts'
import type { Machine } from '../cli/command.ts'
import { instantOf } from '../cli/moment.ts'
import { misused } from '../cli/read-given.ts'
import { jsonLine } from '../cli/show.ts'
import type { ExportGiven } from '../commands/export.ts'
import { openLocally } from '../open-locally.ts'
import { progressText } from '../progress.ts'
import { open } from '../server/objects.ts'
import { csvHeader, csvRow } from './csv.ts'
import { exportedJournal } from './journal.ts'
import { exportedEvents, exportedPayments, exportedPayouts } from './objects.ts'
import type { Range, Source } from './range.ts'
import { openSink } from './sink.ts'

/**
 * `coffer export`: writes what happened in a range of time, a part at a time, however much it is.
 *
 * @returns the exit code
 * @throws shell.arguments_invalid, tenancy.organization_unknown, and the refusals of `openServer`
 */
export async function exportAll(machine: Machine, given: ExportGiven): Promise<number> {
  const { notes, signal } = machine
  await using source = await openSource(machine, given, rangeOf(given))
  await using sink = openSink(machine, given.output)
  const isCsv = given.format === 'csv'
  const step = notes.lively ? notes.step(`Exporting ${given.what}`) : undefined
  if (isCsv) await sink.write(csvHeader(source.columns))
  let done = 0
  for await (const { rows, total } of source.parts) {
    signal.throwIfAborted()
    const lines = rows.map((row) => (isCsv ? csvRow(row, source.columns) : `${jsonLine(row)}\n`))
    await sink.write(lines.join(''))
    done += rows.length
    step?.update(total === undefined || total === 0 ? `${done}` : progressText(done, total))
  }
  await sink.end()
  step?.done(`${done} rows`)
  if (step === undefined && given.output !== undefined) notes.line(`${done} rows: ${given.output}`)
  return 0
}

function rangeOf({ from, to }: ExportGiven): Range {
  const now = systemClock.now()
  const range = {
    from: from === undefined ? 0 : instantOf(from, now),
    // A sandbox's clock may be ahead of ours: without an end, nothing is too late.
    to: to === undefined ? LATEST : instantOf(to, now),
  }
  if (range.from < range.to) return range
  throw misused('--from is before --to')
}

/** The last instant of the year 9999. */
const LATEST = Date.UTC(10_000, 0) - 1

async function openSource(machine: Machine, given: ExportGiven, range: Range): Promise<Source> {
  const { what, organization, environment } = given
  if (what === 'journal') {
    if (organization === undefined || environment === undefined) {
      throw misused('the journal is read from the local database: --organization and --environment')
    }
    const { ctx, ...local } = await openLocally(machine.env)
    try {
      const { bookId } = await bookOf(ctx.db, { orgId: organization, environment })
      return { ...exportedJournal(ctx.db, bookId, range), ...local }
    } catch (error) {
      await local[Symbol.asyncDispose]()
      throw error
    }
  }
  if (organization !== undefined || environment !== undefined) {
    throw misused(`${what} are those of the key: --organization and --environment go with journal`)
  }
  const server = await open(machine, given)
  switch (what) {
    case 'payments':
      return exportedPayments(server, range)
    case 'payouts':
      return exportedPayouts(server, range)
    case 'events':
      return exportedEvents(server, range)
  }
}
