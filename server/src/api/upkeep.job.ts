import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { Job } from '../shell/job-loop.ts'
import { forgetOldSignatures } from '../tenancy/forget-signatures.action.ts'
import { forgetRecords } from './idempotency.store.ts'
import { forgetCounts } from './request-count.store.ts'
import { setDue } from './upkeep.store.ts'

type Key = Readonly<{ task: string }>

const EVERY_MS = 60_000
const MINUTE_MS = 60_000
const RECORDS_MAX = 1_000
const ROUNDS_MAX = 1_000

/** The job that forgets what the guard no longer needs: once a minute, in one process. */
export function upkeepJob(ctx: Pick<ShellCtx, 'db' | 'clock' | 'log'>): Job<Key> {
  const comeBack = (task: string): Promise<void> =>
    inDbTx(ctx, (dbTx) => setDue(dbTx, task, ctx.clock.now() + EVERY_MS))
  return {
    name: 'api-upkeep',
    table: 'api_upkeep',
    key: ['task'],
    clock: 'machine',
    batch: 1,
    leaseMs: 60_000,
    triesMax: 5,
    run: async ({ task }) => {
      await forget(ctx)
      await comeBack(task)
    },
    giveUp: async ({ task }) => {
      ctx.log.error({ task }, 'upkeep failed; it is tried again in a minute')
      await comeBack(task)
    },
  }
}

async function forget(ctx: Pick<ShellCtx, 'db' | 'clock'>): Promise<void> {
  const now = ctx.clock.now()
  await forgetOldSignatures(ctx)
  await forgetCounts(ctx.db, Math.floor(now / MINUTE_MS) - 1)
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if ((await forgetRecords(ctx.db, { now, max: RECORDS_MAX })) < RECORDS_MAX) return
  }
}
