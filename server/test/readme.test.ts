import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { systemClock } from '../src/shell/clock.ts'
import { readText } from './source-tree.ts'
import { startTestPlatform } from './test-platform.ts'

const run = promisify(execFile)
const LOOKS_MAX = 200
const LOOK_MS = 50

/** Seen to fail when the example signed its path without the leading slash. */
test('the example of the README, run as printed, ends with money in the balance', async () => {
  await using stack = new AsyncDisposableStack()
  const { home, client } = await startTestPlatform(stack)
  const example = /```js\n([\s\S]*?)```/.exec(readText('README.md'))?.[1]
  assert.ok(example)
  await writeFile(join(home, 'example.mjs'), example)
  const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: home })
  assert.match(stdout, /tx_hash: '0x/)

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
