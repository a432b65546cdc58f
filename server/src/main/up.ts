import { startPlatform } from './platform.ts'
import type { Machine } from './cli/command.ts'

/** `coffer up`: the platform, until somebody asks it to stop. @returns the exit code */
export async function up({ terminal, stop, env }: Machine): Promise<number> {
  terminal.heading('Coffer')
  await using platform = await startPlatform(env, terminal)
  const { url, sandbox } = platform
  if (url !== undefined) terminal.line(`\n  Coffer is up at ${url}`)
  if (sandbox !== undefined) {
    terminal.line(`  Test key and webhook secret: ${sandbox.file}`)
    terminal.line(`  Try: npm run demo, or open ${url}/docs`)
  }
  terminal.line('  Ctrl-C stops it.')
  await stop
  terminal.line('\n  Stopping …')
  return 0
}
