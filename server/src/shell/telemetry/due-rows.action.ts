import type { Instant } from '../clock.ts'
import { readDueRows, type DueRows } from './due-rows.store.ts'
import type { DueTable } from './due-table.ts'
import type { Queryable } from '../db.ts'

/** Counts what is due in every one of these tables. */
export async function measureDueRows(
  db: Queryable,
  tables: readonly DueTable[],
  now: Instant,
): Promise<readonly DueRows[]> {
  const counted: DueRows[] = []
  for (const table of tables) counted.push(await readDueRows(db, table, now))
  return counted
}
