import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTerminal, drawTable } from './terminal.ts'

function capture(
  isTTY: boolean,
): Readonly<{ text: () => string; isTTY: boolean; write: (text: string) => void }> {
  const parts: string[] = []
  return { text: () => parts.join(''), isTTY, write: (text) => void parts.push(text) }
}

test('in a pipe every step is a plain line, without colours or redrawing', () => {
  const output = capture(false)
  const terminal = createTerminal(output)
  terminal.heading('Starting')
  const step = terminal.step('Database')
  step.update('making it')
  step.update('making it')
  step.done('PostgreSQL 18')
  assert.equal(
    output.text(),
    '\nStarting\n  .. Database: making it\n  ok Database: PostgreSQL 18\n',
  )
})

test('on a terminal a step is redrawn in its own line and ends with a mark', () => {
  const output = capture(true)
  createTerminal(output).step('Database').done('ready')
  assert.match(output.text(), /\r.*Database/)
  assert.match(output.text(), /✔.*Database.*ready.*\n$/)
})

test('a table sets words left and numbers right', () => {
  assert.deepEqual(
    drawTable(
      ['asset', 'units'],
      [
        ['BTC', '1.5'],
        ['USDT_BSC', '250'],
      ],
    ),
    ['  asset     units', '  ────────  ─────', '  BTC         1.5', '  USDT_BSC    250'],
  )
})
