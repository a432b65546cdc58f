import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startTestPlatform, type TestPlatform } from '../../../test/test-platform.ts'
import type { OpenApi } from '../openapi.ts'
import { operationsOf } from './operation.ts'
import { LANGUAGES, samplesOf, TITLES, type Language } from './samples.ts'

const run = promisify(execFile)

/** A program that runs one sample after the other; each prints its answer on a line. */
const RUNNERS = {
  node: [process.execPath, 'mjs', 'for (const one of process.argv.slice(2)) await import(one)'],
  python: ['python3', 'py', 'import sys\nfor one in sys.argv[1:]: exec(open(one).read(), {})'],
  curl: ['bash', 'sh', 'for one in "$@"; do bash "$one"; echo; done'],
} as const satisfies Record<Language, readonly [string, string, string]>

const OUTPUT_MAX = 64 * 1024 * 1024

/** Whether a program is on this machine: the sandbox of a sample is a language. */
const isThere = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined

/** Refusals of what a sample itself got wrong; others are of the state of things. */
const WRONG =
  /^(invalid_|ambiguous|destination_invalid|batch_invalid|deposit_address|malformed|signature|timestamp|unauth|api_key|internal|route_|method_)/

/** With an id where the path wants one; `${…}` is the language's own. */
const withIds = (sample: string): string => sample.replaceAll(/(?<!\$)\{\w+\}/g, 'x_none')

type Answer = Readonly<{ status?: string; error?: string; message?: string }>

async function answersOf(
  { url, sandbox, home }: TestPlatform,
  language: Language,
  samples: readonly string[],
): Promise<readonly Answer[]> {
  const [program, extension, runner] = RUNNERS[language]
  const directory = join(home, language)
  await mkdir(directory)
  const start = join(directory, `runner.${extension}`)
  await writeFile(start, runner)
  const paths = await Promise.all(
    samples.map(async (text, place) => {
      const path = join(directory, `${place}.${extension}`)
      await writeFile(path, text)
      return path
    }),
  )
  const env = { ...process.env, COFFER_URL: url, COFFER_KEY: sandbox.access.secret_key }
  const { stdout } = await run(program, [start, ...paths], { env, maxBuffer: OUTPUT_MAX })
  return stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text): Answer => JSON.parse(text))
}

/**
 * Seen to fail when the path was signed without its query, and while examples had addresses that
 * were cut short.
 */
test('every sample of the documentation runs as it is printed', async (t) => {
  await using stack = new AsyncDisposableStack()
  const env = { COFFER_RATE_LIMIT: '1000000', LOG_LEVEL: 'silent' }
  const platform = await startTestPlatform(stack, { env })
  const document: OpenApi = Object((await platform.client.get('/openapi.json')).json)
  const placed = operationsOf(document)
  for (const language of LANGUAGES) {
    const [program] = RUNNERS[language]
    const skip = isThere(program) ? false : `${program} is not on this machine`
    await t.test(`in ${TITLES[language]}`, { skip }, async () => {
      const samples = placed.map((one) => withIds(samplesOf(one)[language]))
      const answers = await answersOf(platform, language, samples)
      assert.equal(answers.length, samples.length)
      for (const [place, { status, error, message }] of answers.entries()) {
        const { method, path } = placed[place] ?? {}
        if (status === 'success') continue
        assert.doesNotMatch(error ?? 'internal', WRONG, `${method} ${path}: ${error}: ${message}`)
      }
    })
  }
})
