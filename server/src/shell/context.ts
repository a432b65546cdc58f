import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Db } from './db.ts'
import type { Ids } from './ids.ts'
import type { Log } from './log.ts'
import type { Sealer } from './sealer.ts'

/** What every room may ask the machine for. Functions narrow it with `Pick` (H10). */
export type ShellCtx = Readonly<{
  config: Config
  clock: Clock
  ids: Ids
  log: Log
  db: Db
  sealer: Sealer
}>
