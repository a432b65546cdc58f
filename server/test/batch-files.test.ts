import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readCsv } from '../src/payouts/batch-file/csv.ts'
import { systemClock } from '../src/shell/clock.ts'
import { readText } from './source-tree.ts'
import { startTestPlatform } from './test-platform.ts'
import type { V1Client } from './v1-client.ts'

const main = new URL('../src/main.ts', import.meta.url).pathname
const MINE_MS = 300
const page = readText('docs/batch-files.md')

/** The example of the page in a language, without its fences. */
function example(language: string): string {
  const text = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1]
  assert.ok(text, `the page has an example of ${language}`)
  return text
}

type Env = Readonly<Record<string, string | undefined>>
type Ended = Readonly<{ code: number; said: string }>

/** Runs a command line as the page prints it. */
const coffer = (line: string, cwd: string, env: Env): Promise<Ended> =>
  new Promise((resolve) => {
    const args = line.split(' ').slice(1)
    execFile(
      process.execPath,
      [main, ...args],
      { cwd, env: { ...process.env, ...env } },
      (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), said: out + err }),
    )
  })

/** The same while somebody mines, so that nothing waits for the blocks of many seconds. */
async function cofferMined(line: string, home: string, env: Env, client: V1Client): Promise<Ended> {
  let ended: Ended | undefined
  const running = coffer(line, home, env).then((one) => (ended = one))
  while (ended === undefined) {
    await client.post('/v1/sandbox/chains/mine', { network: 'BSC', blocks: 3 })
    await systemClock.sleep(MINE_MS)
  }
  return running
}

const resultsIn = async (home: string, name: string) =>
  readCsv(await readFile(join(home, `${name}.result.csv`), 'utf8'))
    .slice(1)
    .map(({ cells }) => ({ line: cells[0], id: cells[6], status: cells[7], error: cells[10] }))

test('the examples of the page about files are paid as it says, once', async () => {
  await using stack = new AsyncDisposableStack()
  const { home, env, client } = await startTestPlatform(stack)
  const funds = { currency: 'USDT', network: 'BSC', amount: 1000 }
  assert.equal((await client.post('/v1/sandbox/funds', funds)).json['data'] !== undefined, true)
  await writeFile(join(home, 'payouts.csv'), example('csv').replaceAll('\n', '\r\n'))
  await writeFile(join(home, 'payouts.xml'), example('xml'))

  const lines = example('sh').trim().split('\n')
  for (const [nth, line] of lines.entries()) {
    const { code, said } = await cofferMined(line, home, env, client)
    assert.equal(code, 0, said)
    if (nth === 1) assert.match(said, /2 +USDT +BSC +251\.25/)
  }
  const first = await resultsIn(home, 'payouts.csv')
  assert.deepEqual(
    first.map((one) => [one.line, one.status]),
    [
      ['2', 'completed'],
      ['3', 'completed'],
    ],
  )
  const again = await coffer(lines[2] ?? '', home, env)
  assert.match(again.said, /begun before/)
  assert.deepEqual(await resultsIn(home, 'payouts.csv'), first)

  const xmlLine = 'coffer payouts run payouts.xml --book test --wait'
  const xml = await cofferMined(xmlLine, home, env, client)
  assert.equal(xml.code, 0, xml.said)
  assert.deepEqual(
    (await resultsIn(home, 'payouts.xml')).map((one) => one.status),
    ['completed'],
  )

  const twice = await coffer('coffer payouts run payouts.csv --book test --run 2026-06', home, env)
  assert.equal(twice.code, 3, twice.said)
  assert.deepEqual(
    (await resultsIn(home, 'payouts.csv')).map((one) => one.error),
    ['payouts.external_id_reused', 'payouts.external_id_reused'],
  )
})
