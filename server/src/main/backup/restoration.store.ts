import type { Instant } from '../../shell/clock.ts'
import type { Queryable } from '../../shell/db.ts'

/** Notes that this database was brought back from a backup. */
export async function insertRestoration(
  db: Queryable,
  one: Readonly<{ backupId: string; takenAt: Instant; now: Instant }>,
): Promise<void> {
  await db.query(
    `insert into restoration (backup_id, taken_at, restored_at) values ($1, $2, $3)
     on conflict (backup_id) do update set restored_at = excluded.restored_at`,
    [one.backupId, new Date(one.takenAt), new Date(one.now)],
  )
}
