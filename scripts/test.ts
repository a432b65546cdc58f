import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { makeTemplate, startTestServer } from '../server/test/database.ts'

// Nothing hangs for ever: a file that left something open fails in the end. It is not made to end
// by `--test-force-exit`, which loses results that were on their way (nodejs/node#64833).
const FLAGS = ['--test', '--test-concurrency=2', '--test-timeout=900000']

// Runs every test file, or those named on the command line, on one PostgreSQL of its own.
await using server = await startTestServer()
await makeTemplate(server.url)
const named = process.argv.slice(2)
const files =
  named.length > 0 ? named : globSync(['{server,packages,upstreams,scripts}/**/*.test.ts'])
const child = spawn(process.execPath, [...FLAGS, ...files.sort()], {
  stdio: 'inherit',
  env: { ...process.env, COFFER_TEST_POSTGRES: server.url },
})
const stopChild = (): void => void child.kill('SIGTERM')
process.once('SIGINT', stopChild)
process.once('SIGTERM', stopChild)
process.exitCode = await new Promise<number>((resolve) =>
  child.once('exit', (code) => resolve(code ?? 1)),
)
