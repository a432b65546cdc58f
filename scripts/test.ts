import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { makeTemplate, startTestServer } from '../server/test/database.ts'

// A file whose tests are over ends, even if a failed one left something open; nothing hangs for
// ever.
const FLAGS = ['--test', '--test-concurrency=2', '--test-force-exit', '--test-timeout=1200000']

// Runs every test file, or those named on the command line, on one PostgreSQL of its own.
await using server = await startTestServer()
await makeTemplate(server.url)
const named = process.argv.slice(2)
const files = named.length > 0 ? named : globSync(['{server,upstreams,scripts}/**/*.test.ts'])
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
