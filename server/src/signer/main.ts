import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { answer } from './answer.ts'
import { codecFor } from './codecs.ts'
import { fingerprintOf } from './derivation.ts'
import { readGivenSecret, secretVariables } from './given-secret.action.ts'
import { openKeystoreFile, readIfThere } from './keystore-file.action.ts'
import { openLog } from './log-file.action.ts'
import { masterOf, wipeMaster } from './master.ts'
import { signerPaths, type SignerPaths } from './paths.ts'
import { noPolicy, readPolicy } from './policy.ts'
import { refusalOf } from './refusal.ts'
import { secondFactorSecret } from './second-factor.ts'
import { serve } from './serve.action.ts'
import type { SigningCtx } from './sign-transaction.action.ts'
import { createSignedBefore } from './signed-before.ts'
import { steadyClock } from './steady-clock.ts'

// The signer's process: the keystore on one side, a socket on the other, nothing else.
// It says on its output, in one line of JSON, that it is ready and where; or on its errors why not.

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    temporary: { type: 'string' },
    'socket-directory': { type: 'string' },
  },
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
  const paths = signerPaths(data, temporary, values['socket-directory'])
  const now = steadyClock(
    () => Date.now(),
    () => performance.now(),
  )
  const given = readGivenSecret(process.env)
  for (const name of secretVariables) delete process.env[name]
  const entropy = await openKeystoreFile({ ...withKeyFile(paths), given, now: now() })
  const master = masterOf(entropy)
  const secondFactor = secondFactorSecret(entropy)
  entropy.fill(0)
  const policyText = await readIfThere(paths.policy)
  const policy = policyText === undefined ? noPolicy : readPolicy(policyText, paths.policy)
  // Only the process that has the socket may write to the log.
  let ctx: SigningCtx | undefined
  const opened = (): SigningCtx => {
    ctx ??= { master, policy, secondFactor, codecFor, now, ...openSigned(paths, now()) }
    return ctx
  }
  const serving = await serve(paths, (text) => answer(opened(), text))
  try {
    const fingerprint = fingerprintOf(master.secp256k1)
    const { log } = opened()
    log.append({ kind: 'started', seed: fingerprint, policy: hashOf(policyText) }, now())
    process.stdout.write(`${JSON.stringify({ ready: true, socket: paths.socket, fingerprint })}\n`)
    await stopAsked()
  } finally {
    await serving[Symbol.asyncDispose]()
    ctx?.log[Symbol.dispose]()
    wipeMaster(master)
    secondFactor.fill(0)
    // Reading from it would keep the process here.
    process.stdin.destroy()
  }
}

function withKeyFile(paths: SignerPaths): SignerPaths {
  const keyFile = process.env['COFFER_SIGNER_KEY_FILE'] ?? ''
  return { ...paths, keyFile: keyFile === '' ? paths.keyFile : keyFile }
}

function openSigned(paths: SignerPaths, now: number): Pick<SigningCtx, 'log' | 'before'> {
  const before = createSignedBefore()
  return { before, log: openLog(paths.log, { each: before.take, now }) }
}

function hashOf(text: string | undefined): string | null {
  return text === undefined ? null : createHash('sha256').update(text).digest('hex')
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
