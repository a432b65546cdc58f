import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startPlatform } from '../src/main/platform.ts'
import { createTerminal } from '../src/main/terminal.ts'
import { systemClock } from '../src/shell/clock.ts'
import { testDatabase } from './database.ts'
import { readText } from './source-tree.ts'
import { v1Client } from './v1-client.ts'

const run = promisify(execFile)
const LOOKS_MAX = 200
const LOOK_MS = 50

/** Seen to fail when the example signed its path without the leading slash. */
test('the example of the README, run as printed, ends with money in the balance', async () => {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await testDatabase())
  const home = await mkdtemp(join(tmpdir(), 'coffer-readme-'))
  stack.defer(() => rm(home, { recursive: true, force: true }))
  const env = {
    DATABASE_URL: database.url,
    COFFER_DATA: join(home, '.coffer'),
    COFFER_LOCAL_NODE: 'off',
    PORT: '0',
  }
  const platform = stack.use(await startPlatform(env, createTerminal({ write: () => true })))
  const example = /```js\n([\s\S]*?)```/.exec(readText('README.md'))?.[1]
  assert.ok(example)
  await writeFile(join(home, 'example.mjs'), example)
  const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: home })
  assert.match(stdout, /tx_hash: '0x/)

  const client = v1Client(platform.url ?? '', platform.sandbox?.access.secret_key ?? '')
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const { json } = await client.get('/v1/balance')
    const [held] = Array.from(Object(json['data']))
    if (Object(held).available === '250.5') return
    await systemClock.sleep(LOOK_MS)
  }
  assert.fail('the balance did not show the payment')
})

test('the README reads in three minutes', () => {
  const words = readText('README.md').split(/\s+/).length
  assert.ok(words <= 600, `${words} words`)
})
