import type { Machine } from '../cli/command.ts'
import { startPlatform } from '../platform.ts'
import type { Terminal } from '../terminal.ts'
import { tellStory } from './story.ts'

/** `coffer demo`: the platform, a first payment on a real chain, and what to try next. */
export async function demo({ terminal, stop, env }: Machine): Promise<number> {
  terminal.heading('Starting Coffer')
  await using platform = await startPlatform(env, terminal)
  const { sandbox, localNodeUrl: nodeUrl } = platform
  if (sandbox === undefined || nodeUrl === undefined) {
    terminal.line('The demo needs the sandbox and its local node: leave COFFER_ROLES,')
    terminal.line('COFFER_SANDBOX and COFFER_LOCAL_NODE as they are by default.')
    return 1
  }
  const story = tellStory({ platform, sandbox, nodeUrl }, terminal)
  const ended = await Promise.race([story.then(() => 'told' as const), stop])
  if (ended === 'told') {
    sayWhatNext(terminal, { url: sandbox.url, key: sandbox.access.secret_key, nodeUrl })
    await stop
  }
  terminal.line('\n  Stopping …')
  return 0
}

function sayWhatNext(
  terminal: Terminal,
  at: Readonly<{ url: string; key: string; nodeUrl: string }>,
): void {
  terminal.heading('It stays up')
  terminal.table(
    ['what', 'where'],
    [
      ['API', at.url],
      ['Documentation', `${at.url}/docs`],
      ['OpenAPI', `${at.url}/openapi.json`],
      ['EVM node', at.nodeUrl],
      ['Test key', at.key],
    ],
  )
  terminal.line('\n  Try next:')
  terminal.line(`  curl ${at.url}/v1/payments -H 'Authorization: Bearer ${at.key}'`)
  terminal.line(`  curl ${at.url}/v1/events -H 'Authorization: Bearer ${at.key}'`)
  terminal.line('  docs/sandbox.md shows how to play late, short and reverted payments.')
  terminal.line('\n  Ctrl-C stops it; the next start finds its data again.')
}
