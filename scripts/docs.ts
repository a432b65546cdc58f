import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cliPage } from './cli-page.ts'
import { configurationPage, errorsPage } from './docs-pages.ts'
import { eventsPage } from './events-page.ts'
import { sdkFiles } from './sdk-types.ts'
import { withMetricsTable } from './telemetry-table.ts'

// Writes the pages that are generated from the code; `npm test` compares them.
const docs = new URL('../docs/', import.meta.url)
mkdirSync(docs, { recursive: true })
writeFileSync(new URL('cli.md', docs), cliPage())
writeFileSync(new URL('configuration.md', docs), configurationPage())
writeFileSync(new URL('errors.md', docs), errorsPage())
writeFileSync(new URL('events.md', docs), eventsPage())
const telemetry = new URL('telemetry.md', docs)
writeFileSync(telemetry, withMetricsTable(readFileSync(telemetry, 'utf8')))

const root = new URL('../', import.meta.url)
for (const { path, text } of await sdkFiles()) writeFileSync(new URL(path, root), text)
