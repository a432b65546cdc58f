import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { guides } from '../src/api/docs/guides.ts'
import { commands } from '../src/main/commands.ts'
import { catalogue } from '../src/errors/catalogue.ts'
import { settings, signerSettings } from '../src/shell/config.ts'
import { readText } from './source-tree.ts'
import { startTestPlatform } from './test-platform.ts'

const run = promisify(execFile)
const sdk = new URL('../../packages/crytom-sdk/src/index.ts', import.meta.url).pathname
const docs = new URL('../../docs/', import.meta.url)

const exampleIn = (page: string): string => {
  const text = /```js\n([\s\S]*?)```/.exec(readText(page))?.[1]
  assert.ok(text, `${page} has an example`)
  // The package as its sources: what is installed of it is tested beside it.
  return text.replace("'crytom-sdk'", `'${sdk}'`)
}

/** Seen to fail when the endpoint had a secret that the example did not know. */
test('the example of the first payment, run as printed, is paid and told', async () => {
  await using stack = new AsyncDisposableStack()
  const { home } = await startTestPlatform(stack)
  await writeFile(join(home, 'first-payment.mjs'), exampleIn('docs/first-payment.md'))
  const { stdout } = await run(process.execPath, ['first-payment.mjs'], { cwd: home })
  assert.match(stdout, /^told: checkout\.session\.confirmed$/m)
  assert.match(stdout, /^paid: 25; balance: 25 USDT$/m)
})

test('every page of the documentation is served, in the order of somebody who begins', () => {
  const pages = readdirSync(docs).filter((name) => name.endsWith('.md'))
  const served = guides.map(({ name }) => `${name}.md`)
  assert.deepEqual(served.toSorted(), pages.toSorted())
})

/** Seen to fail on a setting that had another name by then. */
test('every setting and every page that a page names is there', () => {
  const known = new Set(
    [...Object.values(settings), ...Object.values(signerSettings)].map((one) => one.env),
  )
  const beside = new Set(['COFFER_URL', 'COFFER_KEY', 'COFFER_CRASH_TEST', 'COFFER_REAL_BITCOIND'])
  for (const { name } of guides) {
    const text = readText(`docs/${name}.md`)
    for (const [setting] of text.matchAll(/COFFER_[A-Z_]+[A-Z]/g)) {
      const plain = setting.replace(/_FILE$/, '')
      const isKnown = known.has(setting) || known.has(plain) || beside.has(setting)
      assert.ok(isKnown, `${name}.md names ${setting}`)
    }
    for (const [, target = ''] of text.matchAll(/\]\(([\w-]+\.md)(?:#[^)]*)?\)/g)) {
      assert.ok(
        guides.some((one) => `${one.name}.md` === target),
        `${name}.md links to ${target}`,
      )
    }
  }
})

test('every refusal that the guides name in a table is in the catalogue', () => {
  const names = new Set(Object.keys(catalogue).map((code) => code.slice(code.indexOf('.') + 1)))
  for (const { name } of guides) {
    const rows = readText(`docs/${name}.md`).matchAll(/^\| [45]\d\d ((?:`[a-z_]+`(?:, )?)+)/gm)
    for (const [, codes = ''] of rows) {
      for (const [, code = ''] of codes.matchAll(/`([a-z_]+)`/g)) {
        assert.ok(names.has(code), `${name}.md names ${code}`)
      }
    }
  }
})

/** Seen to fail on an option that another command has. */
test('every command that a page names is there, with the options it is given', () => {
  for (const { name: page } of guides) {
    const lines = readText(`docs/${page}.md`).matchAll(/(?:^|`)coffer ([^`\n#]+)/gm)
    for (const [, line = ''] of lines) {
      const words = line.trim().split(/\s+/)
      const command = commands.find(({ name }) => `${words.join(' ')} `.startsWith(`${name} `))
      if (command === undefined && words[0] === 'help') continue
      assert.ok(command, `${page}.md: coffer ${line}`)
      const known = new Set(command.parameters.map((one) => `--${one.name}`))
      const options = words.filter((word) => word.startsWith('--') && word.length > 2)
      for (const option of options) assert.ok(known.has(option), `${page}.md: coffer ${line}`)
    }
  }
})
