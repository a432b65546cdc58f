import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'

/** Moves the next index of every book and family on by so many. */
export async function skipIndexes(db: Queryable, count: number): Promise<void> {
  await db.query(
    'update address_counter set next_index = least(next_index + $1::bigint, 2147483648)',
    [count],
  )
}

/** Forgets the keys that were made ahead, and has pools filled anew. */
export async function dropPooled(db: Queryable, now: Instant): Promise<void> {
  await db.query('delete from pooled_key')
  await db.query('update address_pool set due_at = $1', [new Date(now)])
}
