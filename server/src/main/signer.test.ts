import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startSigner, testDataDirectory } from '../../test/signer.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

type Outcome = Readonly<{ code: number | string; out: string; errors: string }>

const coffer = (data: string, ...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', COFFER_DATA: data }
    execFile(process.execPath, [MAIN, 'signer', ...args], { env }, (error, out, errors) => {
      resolve({ code: error?.code ?? 0, out, errors })
    })
  })

/** Would catch: `--verify` ends with 0 whatever it found. */
test('coffer signer log proves the log, and names the first line that was touched', async () => {
  await using data = await testDataDirectory()
  for (let starts = 0; starts < 2; starts += 1) {
    const signer = await startSigner(data.path)
    await signer[Symbol.asyncDispose]()
  }
  const file = join(data.path, 'signer', 'log.jsonl')
  const text = await readFile(file, 'utf8')
  const shown = await coffer(data.path, 'log')
  assert.equal(shown.code, 0)
  assert.match(shown.out, /^1 {2}\S+ {2}begun\n2 .*started {2}seed [0-9a-f]{8}, policy none\n3 /)
  assert.equal((await coffer(data.path, 'log', '--json')).out, text)
  const verified = await coffer(data.path, 'log', '--verify')
  const head = /"hash":"([0-9a-f]{64})"\}\n$/.exec(text)?.[1] ?? 'none'
  assert.equal(verified.out, `3 lines, every hash fits. Head: ${head}\n`)
  await writeFile(file, text.replace('"kind":"started"', '"kind":"stopped"'))
  const damaged = await coffer(data.path, 'log', '--verify', '--json')
  assert.equal(damaged.code, 3)
  assert.partialDeepStrictEqual(JSON.parse(damaged.out), { isWhole: false, line: 2 })
})

test('coffer signer says what it cannot do, and shows a policy as it is read', async () => {
  await using data = await testDataDirectory()
  assert.match((await coffer(data.path, 'log')).errors, /signer\.log_missing/)
  assert.match((await coffer(data.path, 'second-factor')).errors, /signer\.keystore_missing/)
  assert.equal((await coffer(data.path, 'keys')).code, 2)
  const signer = await startSigner(data.path)
  await signer[Symbol.asyncDispose]()
  assert.match((await coffer(data.path, 'policy')).out, /test chains only/)
  const asset = { perTransaction: '100', perDay: '1000.5', codeAbove: '50' }
  const fee = { perTransaction: '50', perDay: '500' }
  const chains = { Tron: { destinations: 'any', fee, assets: { USDT: asset } } }
  const file = join(data.path, 'signer', 'policy.json')
  await writeFile(file, JSON.stringify({ version: 1, chains }))
  assert.match((await coffer(data.path, 'policy')).out, /Tron +USDT_TRC20 +100 +1000\.5 +50 +any/)
  const uri = (await coffer(data.path, 'second-factor')).out
  assert.match(uri, /^otpauth:\/\/totp\/Coffer:[0-9a-f]{8}\?secret=[A-Z2-7]{32}&issuer=Coffer\n$/)
  assert.equal((await coffer(data.path, 'second-factor')).out, uri)
})
