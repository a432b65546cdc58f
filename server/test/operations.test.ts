import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { databaseOnTheSide } from '../src/main/backup/side-database.ts'
import { readText } from './source-tree.ts'
import { startTestPlatform } from './test-platform.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const page = readText('docs/operations.md')

/** What the page has under a mark, as a shell reads it. */
function block(name: string): string {
  const text = new RegExp(`<!-- run: ${name} -->\\n\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(
    page,
  )?.[1]
  assert.ok(text, name)
  return text
}

type Ended = Readonly<{ code: number; said: string }>

test('the commands of the page about running it do what it says, in its order', async () => {
  await using stack = new AsyncDisposableStack()
  const { home, env } = await startTestPlatform(stack)
  const empty = stack.use(await databaseOnTheSide(env['DATABASE_URL'] ?? ''))
  const shim = join(home, 'coffer')
  await writeFile(shim, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`)
  await chmod(shim, 0o755)
  const sh = (name: string): Promise<Ended> =>
    new Promise((resolve) => {
      const path = `${home}:${process.env['PATH'] ?? ''}`
      const own = { ...env, PATH: path, EMPTY_DATABASE_URL: empty.url }
      execFile('/bin/sh', ['-e', '-c', block(name)], { cwd: home, env: own }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), said: out + err }),
      )
    })
  const said: Record<string, string> = {}
  for (const name of ['secrets', 'backup', 'drill', 'restore', 'resume']) {
    const ended = await sh(name)
    assert.equal(ended.code, 0, `${name}: ${ended.said}`)
    said[name] = ended.said
  }
  assert.match(said['drill'] ?? '', /can be restored, and its books are right/)
  assert.match(said['restore'] ?? '', /sending +both .* restored from a backup/)
  const key = await readFile(join(home, 'secrets/master_key'), 'utf8')
  assert.match(key, /^[0-9a-f]{64}\n$/)
  assert.equal((await stat(join(home, 'backups/daily.backup'))).mode & 0o077, 0)
})
