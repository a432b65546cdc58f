import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runCommand } from '../src/main/cli/run-command.ts'
import { commands } from '../src/main/commands.ts'
import { readCsv } from '../src/payouts/batch-file/csv.ts'
import { testMachine } from './machine.ts'
import { startTestPlatform, type TestPlatform } from './test-platform.ts'

// One platform, and the commands beside it as somebody types them.
const stack = new AsyncDisposableStack()
let platform: TestPlatform
before(async () => {
  platform = await startTestPlatform(stack)
})
after(() => stack.disposeAsync())

type Ended = Readonly<{ code: number; out: string; errors: string }>

/** Runs what is typed after `coffer`; single quotes hold words together. */
async function coffer(line: string, env = platform.env): Promise<Ended> {
  const machine = testMachine(env)
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, held, word = '']) => held ?? word)
  const code = await runCommand(commands, machine, words)
  return { code, out: machine.out(), errors: machine.errors() }
}

/** The same, where it is to go well; the JSON that it prints. */
async function json(line: string) {
  const { code, out, errors } = await coffer(`${line} --json`)
  assert.equal(code, 0, errors)
  return JSON.parse(out)
}

test('objects are made, listed and shown, as tables and as the API has them', async () => {
  const { client } = platform
  const made = await json('payments create --amount 250.5 --currency USD --accept BTC')
  const { json: wire } = await client.get(`/v1/payments/${made.id}`)
  assert.deepEqual(await json(`payments get ${made.id}`), wire['data'])
  const { out } = await coffer('payments list --limit 1')
  assert.match(out, new RegExp(`^  id +status +exception.*\\n.*\\n  ${made.id}  awaiting_payment`))
  const shown = (await coffer(`payments get ${made.id}`)).out
  assert.match(shown, /^ {2}amount +250\.5$/m)
  assert.match(shown, /payment_details\n {2}currency +network/)
  const wallet = await json('wallets create --customer user_1 --currency USDT --network BSC')
  const again = await json('wallets create --customer user_1 --currency USDT --network BSC')
  assert.deepEqual([again.id, (await json('wallets list')).length], [wallet.id, 1])
  assert.equal((await coffer('balance')).out, 'Nothing was ever booked.\n')
})

/**
 * Seen to fail with `--external-id` not sent: the second line paid a second time; and with `data`
 * as the client has it, with `_exact` members beside amounts.
 */
test('a payout that is typed twice is paid once, and live money needs a word', async () => {
  await platform.client.post('/v1/sandbox/funds', { currency: 'BTC', amount: '0.5' })
  const to = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'
  const line = `payouts create --amount 0.01 --currency BTC --to ${to} --external-id inv-7`
  const { id, ...rest } = await json(line)
  assert.ok('amount' in rest && !('amount_exact' in rest))
  assert.equal((await json(line)).id, id)
  assert.equal((await json('payouts list')).length, 1)
  assert.match((await coffer('payouts list')).out, new RegExp(`${id}  payout  \\w+ +0\\.01  BTC`))
  const live = await coffer(`${line} --live`)
  assert.deepEqual([live.code, live.out], [2, ''])
  assert.match(live.errors, /--live goes with live keys only/)
})

/** Seen to fail with every refusal ending in 1. */
test('what goes wrong is one line, and its exit code says of which kind it is', async () => {
  const nowhere = await coffer('payments list --url http://127.0.0.1:9099')
  assert.deepEqual([nowhere.code, nowhere.out], [4, ''])
  assert.match(nowhere.errors, /^coffer: http:.*does not answer \(ECONNREFUSED\).*\[cli\..*\]\n$/)
  const unknown = await coffer('payments get pay_none')
  assert.equal(unknown.code, 1)
  assert.match(
    unknown.errors,
    /The server answered 404 payment_unknown to req_\w+: .*\[cli\.server_refused\]\n$/,
  )
  const keyless = await coffer('balance', { COFFER_DATA: join(platform.home, 'nowhere') })
  assert.equal(keyless.code, 1)
  assert.match(keyless.errors, /COFFER_KEY.*\[cli\.no_key\]/)
  const plain = await coffer('balance --url http://pay.example.com')
  assert.match(plain.errors, /https.*\[cli\.key_or_url_unusable\]/)
  const misused = await coffer('payments list --statu confirmed')
  assert.equal(misused.code, 2)
  assert.match(misused.errors, /is --status meant\?.*\n.*coffer help payments list/)
  assert.equal((await coffer('payment list')).code, 2)
})

/**
 * Seen to fail with formulas left as they are, with a page read twice, and with the range's end
 * taken in.
 */
test('what is exported is all of a range, exactly, and no spreadsheet runs it', async () => {
  const { client, home } = platform
  const formula = '=HYPERLINK("http://evil.example";"x")'
  const body = { amount: '0.1', fiat_currency: 'USD', accepted_assets: ['BTC'] }
  for (let made = 0; made < 105; made += 1) {
    await client.post('/v1/payments', { ...body, customer_id: made === 0 ? formula : `u${made}` })
  }
  const file = join(home, 'payments.csv')
  const written = await coffer(`export payments --from 1h --output '${file}'`)
  assert.deepEqual([written.code, written.out], [0, ''])
  const text = await readFile(file, 'utf8')
  const [header, ...rows] = readCsv(text).map((record) => record.cells)
  assert.equal(header?.[0], 'id')
  assert.equal(new Set(rows.map(([id]) => id)).size, rows.length)
  assert.equal(rows.length, (await json('payments list --limit 1000')).length)
  const column = header.indexOf('customer_id')
  const cells = rows.map((row) => row[column] ?? '')
  assert.ok(cells.includes(`'${formula}`))
  assert.ok(rows.flat().every((cell) => !/^[=+@]/.test(cell)))
  const lines = (await coffer('export payments --from 1h --format jsonl')).out.trimEnd().split('\n')
  assert.equal(lines.length, rows.length)
  assert.ok(lines.some((line) => JSON.parse(line).customer_id === formula))
  const [newest] = lines.map((line) => JSON.parse(line).created_at)
  const before = (await coffer(`export payments --to ${newest} --format jsonl`)).out
  assert.ok(!before.includes(`"created_at":"${newest}"`))
  assert.equal((await coffer('export payments --from 1h --to 2h')).code, 2)
})

test('events and the journal are exported and proved, the journal as debits and credits', async () => {
  const { client, sandbox } = platform
  const { orgId } = sandbox.organization
  await client.post('/v1/sandbox/funds', { currency: 'BTC', amount: '1.5' })
  const journal = await coffer(`export journal --organization ${orgId} --environment test`)
  const [header = [], ...rows] = readCsv(journal.out).map((record) => record.cells)
  const of = (row: readonly string[], name: string): string => row[header.indexOf(name)] ?? ''
  assert.ok(rows.some((row) => of(row, 'amount') === '1.5' && of(row, 'debit') === 'custody'))
  const none = await coffer(`export journal --organization ${orgId} --environment live`)
  assert.equal(readCsv(none.out).length, 1)
  assert.equal((await coffer('export journal')).code, 2)
  assert.equal((await json('verify')).kind, 'whole')
  const events = await coffer('export events --format jsonl')
  const ids = events.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id)
  assert.ok(ids.length > 100)
  assert.equal(new Set(ids).size, ids.length)
  assert.equal((await coffer('export events --to 2000-01-01 --format jsonl')).out, '')
  const tail = await coffer('events tail --since 1h --once --type payment.created')
  assert.match(
    tail.out,
    /^(\S+Z {2}payment\.created +pay_\w+ {2}#1 {2}evt_\w+ {2}awaiting_payment\n)+$/,
  )
})
