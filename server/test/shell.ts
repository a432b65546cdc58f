import { Writable } from 'node:stream'
import { manualClock, type ManualClock } from '../src/shell/clock.ts'
import { readConfig } from '../src/shell/config.ts'
import type { ShellCtx } from '../src/shell/context.ts'
import type { Db } from '../src/shell/db.ts'
import { createIds } from '../src/shell/ids.ts'
import { createLog } from '../src/shell/log.ts'
import { createSealer } from '../src/shell/sealer.ts'

/** When tests begin by their own clock. */
export const TEST_START = Date.UTC(2026, 0, 15, 12, 0, 0)

/** A shell whose clock stands still until told otherwise, and whose log can be read. */
export type TestShell = ShellCtx & Readonly<{ clock: ManualClock; logged: () => string }>

/** @param env settings that differ from the defaults; the port is a free one */
export function testShell(db: Db, env: Readonly<Record<string, string>> = {}): TestShell {
  const clock = manualClock(TEST_START)
  const lines: string[] = []
  const destination = new Writable({
    write: (chunk: unknown, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'info', ...env })
  return {
    config,
    clock,
    ids: createIds(clock),
    log: createLog(config.logLevel, destination),
    db,
    sealer: createSealer(new Uint8Array(32).fill(7)),
    logged: () => lines.join(''),
  }
}
