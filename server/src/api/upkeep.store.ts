import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'

/** Says when a task is due again. */
export async function setDue(dbTx: DbTx, task: string, dueAt: Instant): Promise<void> {
  await dbTx.query('update api_upkeep set due_at = $2 where task = $1', [task, new Date(dueAt)])
}
