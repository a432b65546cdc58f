import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { catalogue } from '../src/errors/catalogue.ts'
import { readText } from './source-tree.ts'
import { startTestPlatform } from './test-platform.ts'

const run = promisify(execFile)

/** Seen to fail when the example verified with the code of another field's name. */
test('the example of the guide to payouts, run as printed, pays out and explains itself', async () => {
  await using stack = new AsyncDisposableStack()
  const { home } = await startTestPlatform(stack)
  const example = /```js\n([\s\S]*?)```/.exec(readText('docs/payouts.md'))?.[1]
  assert.ok(example)
  await writeFile(join(home, 'example.mjs'), example)
  const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: home })
  assert.match(stdout, /^small: processing$/m)
  assert.match(stdout, /^large: pending_verification$/m)
  assert.match(stdout, /^verified: (processing|completed)\. \S/m)
  assert.match(stdout, /^ {2}request: A one-time code was mailed to the owner\.$/m)
  assert.match(stdout, /^ {2}ledger: Booked as payoutReserved: 6000 USDT_BSC from/m)
})

test('every refusal that the guide to payouts names is in the catalogue', () => {
  const names = new Set(Object.keys(catalogue).map((code) => code.slice(code.indexOf('.') + 1)))
  const [, table = ''] =
    /## What is refused\n([\s\S]*?)\n## /.exec(readText('docs/payouts.md')) ?? []
  const rows = [...table.matchAll(/^\| (`[^|]*`) /gm)].map((match) => match[1] ?? '')
  const named = rows.flatMap((row) => [...row.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]))
  assert.ok(named.length > 8)
  assert.deepEqual(
    named.filter((name) => name !== undefined && !names.has(name)),
    [],
  )
})
