import { parseArgs } from 'node:util'
import { answer } from './answer.ts'
import { fingerprintOf, rootOf, seedOf } from './derivation.ts'
import { openKeystoreFile } from './keystore-file.action.ts'
import { signerPaths } from './paths.ts'
import { refusalOf } from './refusal.ts'
import { serve } from './serve.action.ts'

// The signer's process: the keystore on one side, a socket on the other, nothing else.
// It says on its output, in one line of JSON, that it is ready and where; or on its errors why not.

const { values } = parseArgs({
  options: { data: { type: 'string' }, temporary: { type: 'string' } },
  strict: true,
})

process.umask(0o077)
try {
  await run()
} catch (error) {
  const refusal = refusalOf(error)
  if (refusal === undefined) throw error
  process.stderr.write(`${JSON.stringify(refusal)}\n`)
  process.exitCode = 1
}

async function run(): Promise<void> {
  const { data, temporary } = values
  if (data === undefined) throw new TypeError('--data <directory> is expected')
  const paths = signerPaths(data, temporary)
  const key = process.env['COFFER_SIGNER_KEY'] ?? ''
  const keyFile = process.env['COFFER_SIGNER_KEY_FILE'] ?? ''
  delete process.env['COFFER_SIGNER_KEY']
  const places = { ...paths, keyFile: keyFile === '' ? paths.keyFile : keyFile }
  const entropy = await openKeystoreFile({ ...places, key })
  const seed = seedOf(entropy)
  const root = rootOf(seed)
  entropy.fill(0)
  seed.fill(0)
  const serving = await serve(paths, (text) => answer(root, text))
  const ready = { ready: true, socket: paths.socket, fingerprint: fingerprintOf(root) }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  await stopAsked()
  await serving[Symbol.asyncDispose]()
  root.wipePrivateData()
  // Reading from it would keep the process here.
  process.stdin.destroy()
  process.stdin.destroy()
}

/** Asked by a signal, or by the end of whoever started us: it holds the other end of our input. */
function stopAsked(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
    process.stdin.once('end', () => resolve())
    process.stdin.once('error', () => resolve())
    process.stdin.resume()
  })
}
