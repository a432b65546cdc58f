import { measuredMeters } from '../server/src/main/observe/measured-meters.ts'
import { processMeters } from '../server/src/main/observe/process-meters.ts'
import { createMeters, type Declared } from '../server/src/shell/telemetry/meters.ts'

const BEGIN = '<!-- prettier-ignore-start -->\n'
const END = '<!-- prettier-ignore-end -->'

/** Every metric that a process may show, beside those of any Node process. */
export function declaredMetrics(): readonly Declared[] {
  const meters = createMeters()
  const counted = Object.keys(processMeters(meters)).length
  const read = Object.keys(measuredMeters(meters)).length
  if (meters.declared.length !== counted + read) throw new Error('a metric was declared twice')
  return meters.declared
}

/** `docs/telemetry.md` with the table of metrics as the code declares them. */
export function withMetricsTable(page: string): string {
  const [before = '', rest = ''] = page.split(BEGIN)
  const after = rest.slice(rest.indexOf(END))
  const rows = declaredMetrics().map(({ name, kind, labels, help }) => {
    const listed = labels.map((one) => `\`${one}\``).join(', ')
    return `| \`${name}\` | ${kind} | ${listed} | ${help} |`
  })
  const table = ['| metric | kind | labels | meaning |', '| --- | --- | --- | --- |', ...rows, '']
  return `${before}${BEGIN}${table.join('\n')}${after}`
}
