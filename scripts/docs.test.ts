import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cliPage } from './cli-page.ts'
import { configurationPage, errorsPage } from './docs-pages.ts'
import { eventsPage } from './events-page.ts'

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
