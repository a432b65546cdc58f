import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cliPage } from './cli-page.ts'
import { configurationPage, errorsPage } from './docs-pages.ts'
import { eventsPage } from './events-page.ts'
import { declaredMetrics, withMetricsTable } from './telemetry-table.ts'

const page = (name: string): string =>
  readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8')

test('the page of commands is what they say of themselves', () => {
  assert.equal(page('cli.md'), cliPage(), 'run: npm run docs')
})

test('the page of settings is what the settings say', () => {
  assert.equal(page('configuration.md'), configurationPage(), 'run: npm run docs')
})

test('the page of errors is what the catalogue says', () => {
  assert.equal(page('errors.md'), errorsPage(), 'run: npm run docs')
})

test('the page of events is what the catalogue says', () => {
  assert.equal(page('events.md'), eventsPage(), 'run: npm run docs')
})

test('the table of metrics is what a process declares', () => {
  assert.equal(page('telemetry.md'), withMetricsTable(page('telemetry.md')), 'run: npm run docs')
})

/** Seen to fail with a metric that has another name, and with a label that it has not. */
test('alerts ask for metrics and labels that there are', () => {
  const metrics = new Map(declaredMetrics().map((one) => [one.name, one.labels]))
  const own = ['instance']
  const problems = [...page('telemetry-alerts.yaml').matchAll(/(coffer_\w+)(?:\{([^}]*)\})?/g)]
    .map(([, name = '', labels = '']) => ({ name, labels: labels.match(/\w+(?=[=!])/g) ?? [] }))
    .filter(({ name, labels }) => {
      const known = metrics.get(name)
      return known === undefined || labels.some((one) => ![...own, ...known].includes(one))
    })
  assert.deepEqual(problems, [])
})
