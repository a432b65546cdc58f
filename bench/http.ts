import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from '../server/src/shell/embedded-postgres.ts'
import { compare, rateOf, table, type Rate } from './measure.ts'

const CALLERS = 64
const WINDOW_MS = 280_000

type Child = AsyncDisposable & Readonly<{ url: string }>
type Call = Readonly<{ url: string; method: 'GET' | 'POST'; path: string; body: string }>

/** Signed reads and writes of `/v1` against a server that does nothing else, on one PostgreSQL. */
export async function benchHttp(
  options: Readonly<{ runs: number; durationMs: number }>,
): Promise<string> {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'coffer-bench-'))
  await chmod(directory, 0o711)
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const database = stack.use(await startEmbeddedPostgres({ directory: join(directory, 'pg') }))
  const coffer = stack.use(await startCoffer(database.url, directory))
  const { secret_key: key } = JSON.parse(await readFile(join(directory, 'sandbox.json'), 'utf8'))
  const send = sender(key)
  const currencies = { url: coffer.url, method: 'GET', path: '/v1/currencies', body: '' } as const
  const same = await send(currencies)
  const bare = stack.use(await startChild('bare-server.ts', [database.url, same], {}))

  const payment = JSON.stringify({ amount: 500, fiat_currency: 'USD', accepted_assets: ['BTC'] })
  const everyAsset = JSON.stringify({ amount: 500, fiat_currency: 'USD' })
  const bareRead = { url: bare.url, method: 'GET', path: '/bare', body: '' } as const
  const bareWrite = { url: bare.url, method: 'POST', path: '/bare', body: payment } as const
  const pay = { url: coffer.url, method: 'POST', path: '/v1/payments', body: payment } as const
  const pairs: readonly (readonly [string, Call, Call])[] = [
    ['signed GET /v1/currencies / bare GET', currencies, bareRead],
    ['POST /v1/payments, one asset / bare insert', pay, bareWrite],
    ['POST /v1/payments, every asset / bare insert', { ...pay, body: everyAsset }, bareWrite],
  ]
  const rows: string[][] = []
  for (const [name, ours, plain] of pairs) {
    const load = { callers: CALLERS, durationMs: options.durationMs }
    const measure = (call: Call) => () => rateOf(() => send(call), load)
    const { one, other, ratio } = await compare(measure(ours), measure(plain), options.runs)
    rows.push([name, ...figures(one), ...figures(other), ratio.toFixed(2)])
    console.error(rows.at(-1)?.join('  '))
  }
  const head = ['request', 'ours/s', 'p50 ms', 'p99 ms', 'bare/s', 'p50 ms', 'p99 ms', 'ratio']
  return table(head, rows)
}

const figures = (rate: Rate): string[] => [
  rate.perSecond.toFixed(0),
  rate.p50Ms.toFixed(2),
  rate.p99Ms.toFixed(2),
]

const startCoffer = (databaseUrl: string, directory: string): Promise<Child> =>
  startChild('../server/src/main.ts', ['up'], {
    DATABASE_URL: databaseUrl,
    COFFER_DATA: directory,
    COFFER_LOCAL_NODE: 'off',
    COFFER_RATE_LIMIT: '100000000',
    LOG_LEVEL: 'error',
    PORT: '0',
  })

/** A server in a process of its own; it is up when it names its URL. */
async function startChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let url = ''
  for await (const line of createInterface({ input: child.stdout })) {
    url = /http:\/\/[\d.:]+/.exec(line)?.[0] ?? url
    if (line.includes('Ctrl-C') || (args[0] !== 'up' && url !== '')) break
  }
  child.stdout.resume()
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Signs and sends; both sides of a comparison are asked by the same client. */
function sender(key: string): (call: Call) => Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS })
  let sent = 0
  return ({ url, method, path, body }) => {
    sent += 1
    // Each signed request is taken once, so their times differ; the window is wide enough.
    const timestamp = String(Date.now() + (sent % (2 * WINDOW_MS)) - WINDOW_MS)
    const signature = createHmac('sha256', key)
      .update(timestamp + method + path + body)
      .digest('hex')
    const headers = {
      authorization: `Bearer ${key}`,
      'x-crytom-timestamp': timestamp,
      'x-crytom-signature': signature,
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    }
    return new Promise((resolve, reject) => {
      const request = httpRequest(url + path, { method, headers, agent }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => {
          if ((response.statusCode ?? 500) < 300) return resolve(text)
          reject(new Error(`${path} answered ${response.statusCode}: ${text}`))
        })
      })
      request.on('error', reject)
      request.end(body)
    })
  }
}

if (import.meta.main) {
  const [runs = '5', durationMs = '2000'] = process.argv.slice(2)
  console.log(await benchHttp({ runs: Number(runs), durationMs: Number(durationMs) }))
}
