import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const ABANDON = `${'abandon '.repeat(11)}about`

type Outcome = Readonly<{ code: number | null; out: readonly string[]; errors: string }>

function derive(phrase: string, ...args: readonly string[]): Outcome {
  const run = spawnSync(process.execPath, [MAIN, 'derive', ...args], {
    input: phrase,
    encoding: 'utf8',
    // No variable of ours: neither a data directory nor a database is needed.
    env: { PATH: process.env['PATH'] ?? '' },
  })
  return { code: run.status, out: run.stdout.split('\n').slice(0, -1), errors: run.stderr }
}

/** Would catch: `--from` counted from the account's end of the path on Solana. */
test('coffer derive prints the addresses of a phrase, one a line', () => {
  assert.deepEqual(derive(`${ABANDON}\n`, '--network', 'BTC', '--count', '2'), {
    code: 0,
    out: [
      'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu',
      'bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g',
    ],
    errors: '',
  })
  assert.deepEqual(derive(ABANDON, '--network', 'Solana', '--from', '1').out, [
    'Hh8QwFUA6MtVu1qAoq12ucvFHNwCcVTV7hpWjeY1Hztb',
  ])
  const spaced = `\n ${ABANDON.toUpperCase().replaceAll(' ', '\r\n\t')}`
  assert.deepEqual(derive(spaced, '--network', 'Bitcoin', '--path', "m/86'/0'/0'/0/0").out, [
    'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr',
  ])
})

/** Would catch: the refusal quotes the word that is not in the list. */
test('what is no phrase is refused once, clearly, and not repeated', () => {
  const wrong = ABANDON.replace('about', 'secretword')
  for (const phrase of ['', 'abandon '.repeat(12), wrong, 'x'.repeat(5_000)]) {
    const { code, out, errors } = derive(phrase, '--network', 'Tron')
    assert.equal(code, 1)
    assert.deepEqual(out, [])
    assert.match(errors, /^coffer: This is no recovery phrase: .*\[signer\.phrase_invalid\]\n$/)
    assert.ok(!/abandon|secretword|xxxx/.test(errors), errors)
  }
})

test('a network, a path or a number that makes no sense is refused before the phrase is read', () => {
  const refused = [
    [2, 'shell.arguments_invalid', []],
    [1, 'money.unknown_network', ['--network', 'Dogecoin']],
    [1, 'money.ambiguous_network', ['--network', 'ERC20']],
    [2, 'shell.arguments_invalid', ['--network', 'Bitcoin', '--count', '0']],
    [2, 'shell.arguments_invalid', ['--network', 'Bitcoin', '--from', '-1']],
    [2, 'shell.arguments_invalid', ['--network', 'Bitcoin', '--account', '2147483648']],
    [2, 'shell.arguments_invalid', ['--network', 'BTC', '--path', "m/84'/0'", '--count', '2']],
    [2, 'shell.arguments_invalid', ['--network', 'Bitcoin', '--mnemonic', ABANDON]],
  ] as const
  for (const [exit, code, args] of refused) {
    const run = derive('', ...args)
    assert.deepEqual([run.code, run.out], [exit, []], args.join(' '))
    assert.ok(run.errors.includes(`[${code}]`), run.errors)
    assert.ok(!run.errors.includes('abandon'), run.errors)
  }
  assert.match(derive(ABANDON, '--network', 'Solana', '--path', "m/44'/501'/0").errors, /hardened/)
})
