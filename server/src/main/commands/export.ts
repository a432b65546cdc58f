import { z } from 'zod'
import { command } from '../cli/command.ts'
import { moment } from '../cli/moment.ts'
import { operand, option } from '../cli/parameter.ts'
import { serverOptions } from '../server/find-server.ts'
import { environment } from './platform.ts'

const when = (doc: string) => option(moment().optional(), { doc, value: 'WHEN' })

/** What is typed after it. */
export const exportGiven = z.strictObject({
  what: operand(z.enum(['payments', 'payouts', 'events', 'journal']), { doc: 'what is written' }),
  from: when('what happened then or later: 7d ago, or a time'),
  to: when('what happened before that'),
  format: option(z.enum(['csv', 'jsonl']).default('csv'), { doc: 'how it is written' }),
  output: option(z.string().optional(), {
    doc: 'the file; standard output, if not given',
    value: 'FILE',
  }),
  organization: option(z.string().optional(), { doc: 'whose journal', value: 'ORG' }),
  environment: option(environment.optional(), { doc: 'the journal of which book' }),
  ...serverOptions,
})

/** What `coffer export` is given. */
export type ExportGiven = z.output<typeof exportGiven>

/** `coffer export` */
export const exporting = command({
  name: 'export',
  doc: 'write payments, payouts, events or the journal as CSV or lines of JSON',
  more: 'Amounts are exact. In CSV an apostrophe stands before a text that a spreadsheet would run as a formula; JSON has every text as it is. Payments, payouts and events are read from the server with a key; the journal of the ledger from the local database, by whoever holds the data directory. A file appears when it is whole.',
  given: exportGiven,
  examples: [
    {
      line: 'export payments --from 2026-01-01 --to 2026-02-01 --output january.csv',
      doc: 'a month',
    },
    { line: 'export events --from 7d --format jsonl | gzip > events.jsonl.gz', doc: 'a week' },
    {
      line: 'export journal --organization org_01K9 --environment live --from 2026-01-01',
      doc: 'a row for each transfer: debit, credit, amount',
    },
  ],
  load: async () => (await import('../export/export.ts')).exportAll,
})
