import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { z } from 'zod'
import { testMachine } from '../../../test/machine.ts'
import { commands } from '../commands.ts'
import { command } from './command.ts'
import { bashCompletion, zshCompletion } from './completion.ts'
import { instantOf, moment } from './moment.ts'
import { nearestOf } from './nearest.ts'
import { flag, operand, option, wholeNumber } from './parameter.ts'
import { readGiven } from './read-given.ts'
import { runCommand } from './run-command.ts'
import { cellOf, jsonLine } from './show.ts'

const given = z.strictObject({
  file: operand(z.string(), { doc: 'what is read' }),
  rest: operand(z.array(z.string()).default([]), { doc: 'and more' }),
  book: option(z.enum(['live', 'test']), { doc: 'whose' }),
  count: option(wholeNumber(1, 9).default(3), { doc: 'how many' }),
  add: option(z.array(z.string()).default([]), { doc: 'again and again' }),
  json: flag('as JSON'),
})

/** Seen to fail with operands read in the order of the names of options. */
test('words are read as their command declares them', () => {
  const read = readGiven(given, ['--add', 'x', 'a', '--book', 'live', 'b', '--add=-y', 'c'])
  assert.deepEqual(read, {
    ...{ file: 'a', rest: ['b', 'c'], book: 'live', count: 3, add: ['x', '-y'], json: false },
  })
  const dashed = readGiven(given, ['--book=test', '--count', '9', '--json', '--', '--file'])
  assert.deepEqual([dashed.file, dashed.count, dashed.json], ['--file', 9, true])
})

test('a line that makes no sense is told what it lacks', () => {
  const wrong = [
    [[], /FILE is needed: what is read; --book is live or test/],
    [['a'], /--book is live or test/],
    [['a', '--book', 'prod'], /--book is live or test/],
    [['a', '--book', 'live', '--count', '10'], /--count is a whole number from 1 to 9/],
    [['a', '--bok', 'live'], /there is no --bok; is --book meant\?/],
    [['a', '-x'], /there is no -x$/],
    [['a', '--book'], /argument missing/],
    [['a', '--json=yes'], /does not take an argument/],
  ] as const
  for (const [args, says] of wrong) assert.throws(() => readGiven(given, args), says)
})

test('a word is taken for a slip only of what is near', () => {
  const words = ['payments list', 'payouts list', 'verify']
  assert.equal(nearestOf('payment list', words), 'payments list')
  assert.equal(nearestOf('veryfi', words), 'verify')
  assert.equal(nearestOf('ver', words), 'verify')
  assert.equal(nearestOf('balance', words), undefined)
})

test('a time is said as how long ago, or as it is', () => {
  const now = Date.UTC(2026, 1, 25, 12)
  const at = (text: string): number => instantOf(moment().parse(text), now)
  assert.equal(at('90s'), now - 90_000)
  assert.equal(at('7d'), now - 7 * 86_400_000)
  assert.equal(at('2026-02-25'), Date.UTC(2026, 1, 25))
  assert.equal(at('2026-02-25T13:00:00+01:00'), now)
  for (const text of ['', '7', '1w', '-1d', '2026-02-30', 'yesterday', '2026-02-25T12:00']) {
    assert.ok(!moment().safeParse(text).success, text)
  }
})

/** Seen to fail with C1 controls let through: 0x9b begins a sequence on some terminals. */
test('a text from outside cannot steer the terminal', () => {
  const evil = 'a\u001b[2J\u009b31m\r\nb\u202ec'
  const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/
  assert.ok(!steering.test(cellOf(evil)))
  const line = jsonLine({ evil })
  assert.ok(!steering.test(line) && !line.includes('\n'))
  assert.deepEqual(JSON.parse(line), { evil })
})

const failing = command({
  name: 'try it',
  doc: 'fail in many ways',
  given: z.strictObject({}),
  examples: [],
  load: () =>
    Promise.resolve(({ signal }) => {
      signal.throwIfAborted()
      return Promise.resolve(0)
    }),
})

test('help comes from what is declared, on standard output when it is asked for', async () => {
  const run = async (...words: readonly string[]) => {
    const machine = testMachine()
    const code = await runCommand(commands, machine, words)
    return { code, out: machine.out(), errors: machine.errors() }
  }
  for (const asked of [[], ['help'], ['--help'], ['payouts', '--help'], ['help', 'payouts']]) {
    const { code, out, errors } = await run(...asked)
    assert.deepEqual([code, errors], [0, ''], asked.join(' '))
    assert.match(out, /payouts run +pay a file/)
  }
  const one = await run('payouts', 'run', 'x', '--help')
  assert.match(one.out, /^Usage: coffer payouts run FILE .*--book BOOK/)
  assert.match(one.out, /3 +rows of the file cannot be read/)
  const group = await run('payouts')
  assert.deepEqual([group.code, group.out], [2, ''])
  assert.match((await run('payout')).errors, /there is no command "payout"/)
  assert.match((await run('--version')).out, /^\d+\.\d+\.\d+\n$/)
})

test('what is stopped ends with 130, and says nothing', async () => {
  const machine = testMachine()
  machine.abort()
  assert.equal(await runCommand([failing], machine, ['try', 'it']), 130)
  assert.equal(machine.errors(), '')
})

test('each command says what it does in one line, and shows how it is typed', () => {
  const names = commands.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const { name, doc, examples, parameters } of commands) {
    assert.ok(/^[^.]+$/.test(doc) && doc.length < 100, name)
    assert.ok(examples.length > 0 && examples.every(({ line }) => line.startsWith(name)), name)
    assert.ok(
      parameters.every((one) => one.doc !== ''),
      name,
    )
    const operands = parameters.filter((one) => one.isOperand)
    assert.ok(
      operands.slice(0, -1).every((one) => !one.isList),
      name,
    )
  }
})

/** Seen to fail with the words of a pair counted from its first one. */
test('bash completes names, options and values', () => {
  const script = bashCompletion(commands)
  const offered = (...words: readonly string[]): readonly string[] => {
    const ask = 'COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _coffer; printf "%s\\n" "${COMPREPLY[@]}"'
    const args = ['--norc', '-c', `${script}\n${ask}`, 'bash', 'coffer', ...words]
    const out = execFileSync('bash', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    return out.split('\n').filter((one) => one !== '')
  }
  assert.deepEqual(offered('pay'), ['payments', 'payouts'])
  assert.deepEqual(offered('events', 'res'), ['resend'])
  assert.deepEqual(offered('payouts', 'run', '--book', ''), ['live', 'test'])
  assert.deepEqual(offered('payouts', 'run', '--d'), ['--dry-run'])
  assert.deepEqual(offered('payouts', 'run', 'fi'), [])
  assert.deepEqual(offered('trigger', 'payout_dest'), [
    'payout_destination.added',
    'payout_destination.removed',
  ])
  assert.deepEqual(offered('completion', ''), ['bash', 'zsh', '--help'])
})

test('the script for zsh knows every command and every option, with its brackets closed', () => {
  const script = zshCompletion(commands)
  for (const { name, parameters } of commands) {
    const line = script.split('\n').find((one) => one.startsWith(`    '${name}') _arguments`))
    assert.ok(line !== undefined && line.endsWith(' ;;'), name)
    assert.equal((line.replaceAll(`'\\''`, '').match(/'/g)?.length ?? 1) % 2, 0, line)
    for (const one of parameters.filter(({ isOperand }) => !isOperand)) {
      assert.ok(line.includes(`--${one.name}[`), `${name} --${one.name}`)
    }
  }
})
