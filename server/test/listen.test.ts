import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../src/main/cli/run-command.ts'
import { commands } from '../src/main/commands.ts'
import { freePort } from '../src/shell/free-port.ts'
import { openLine } from './broken-line.ts'
import { testMachine, type TestMachine } from './machine.ts'
import { startTestPlatform, type TestPlatform } from './test-platform.ts'
import { startReceiver } from './webhook-receiver.ts'

const stack = new AsyncDisposableStack()
let platform: TestPlatform
before(async () => {
  platform = await startTestPlatform(stack)
})
after(() => stack.disposeAsync())

const wallet = (customer: string) =>
  platform.client.post('/v1/wallets', {
    customer_id: customer,
    currency: 'BTC',
    network: 'Bitcoin',
  })

/** Streams of commands that have ended: nothing more comes. */
const over = new Set<TestMachine['errors']>()

/** Resolves once the command has said something of this form, which it hands back. */
async function said(of: TestMachine['errors'], form: RegExp): Promise<string> {
  for (let text = ''; ;) {
    text += of()
    if (form.test(text)) return text
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A command that listens until it is disposed, or ends by itself. */
function listening(machine: TestMachine, url: string, more: readonly string[] = []) {
  const ended = runCommand(commands, machine, ['listen', '--forward-to', url, ...more])
  void ended.finally(() => over.add(machine.errors))
  const stop = async (): Promise<void> => {
    machine.abort()
    await ended
  }
  return { ended, [Symbol.asyncDispose]: stop }
}

/**
 * Seen to fail with the log read from its beginning after a lost connection, and with a body that
 * is not the one that was signed.
 */
test('a server on this machine hears of each event once, signed, while lines break', async () => {
  await using receiver = await startReceiver({
    secrets: [platform.sandbox.access.webhook_secret],
    reply: (_, count) => (count === 2 ? 500 : 204),
  })
  await using line = await openLine(Number(new URL(platform.url).port))
  await wallet('before')
  const machine = testMachine(platform.env)
  const at = ['--url', `http://127.0.0.1:${line.port}`]
  await using command = listening(machine, receiver.url, at)
  const first = await said(machine.errors, /At the end of the log/)
  assert.ok(first.includes(`signed with ${platform.sandbox.access.webhook_secret}\n`))
  await wallet('one')
  await receiver.until(1)
  line.halt(true)
  await said(machine.errors, /does not answer .*Waiting for it; nothing is missed/)
  await wallet('two')
  line.halt(false)
  await receiver.until(2)
  await wallet('three')
  await receiver.until(3)
  const lines = await said(machine.out, /(.*\n){3}/)
  assert.match(
    lines,
    /^(\S+Z {2}(204|500) {2}wallet\.created {2}wal_\w+ {2}evt_\w+ {2}\d+ ms\n){3}$/,
  )
  assert.equal(lines.match(/Z {2}500 /g)?.length, 1)
  machine.abort()
  assert.equal(await command.ended, 0)
  assert.ok(receiver.received.every(({ signed }) => signed.crytom && signed.standard))
  const customers = receiver.received.map(({ data }) => Object(data).customer_id)
  assert.deepEqual(customers, ['one', 'two', 'three'])
})

test('an event waits until somebody listens', async () => {
  const port = await freePort()
  const machine = testMachine({ ...platform.env })
  const where = `http://127.0.0.1:${port}/hook?a=1`
  const wanted = ['--since', '1h', '--once', '--type', 'wallet.*']
  await using command = listening(machine, where, wanted)
  await wallet('somebody')
  await said(machine.errors, /Nobody listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\); waiting/)
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(200).end()
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  assert.equal(await command.ended, 0)
  server.closeAllConnections()
  server.close()
  assert.ok(asked.length > 0)
  assert.deepEqual(new Set(asked), new Set(['POST /hook?a=1']))
})

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Seen to fail with the streams' errors not heard: `write EPIPE` and a stack on standard error. */
test('in a pipe there are plain lines, and who reads no more is no error', async () => {
  for (let made = 0; made < 3; made += 1) await wallet(`piped_${made}`)
  const bodies = 'x'.repeat(4_000)
  const metadata = { a: bodies, b: bodies, c: bodies }
  const body = { amount: 1, fiat_currency: 'USD', accepted_assets: ['BTC'], metadata }
  for (let made = 0; made < 12; made += 1) await platform.client.post('/v1/payments', body)
  const piped = await shell(`"$NODE" "$MAIN" events tail --since 1h --once --json | head -c 10`)
  assert.equal(piped.errors, '')
  assert.match(piped.out, /^\{"/)
  const plain = await shell(`"$NODE" "$MAIN" wallets list 2>&1 | cat`)
  assert.ok(!plain.out.includes('\u001b'))
  assert.match(plain.out, /piped_2/)
})

const shell = (line: string): Promise<Readonly<{ out: string; errors: string }>> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', NODE: process.execPath, MAIN, ...platform.env }
    execFile('/bin/sh', ['-c', line], { env }, (_, out, errors) => resolve({ out, errors }))
  })
