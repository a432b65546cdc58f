import type { Queryable } from '../shell/db.ts'

/** Requests of one scope in one minute of the clock. */
export type RequestCount = Readonly<{ scope: string; minute: number; requests: number }>

/**
 * Adds counts to the shared rows, in one statement whose commit does not wait for the disk.
 *
 * @returns the sums after it, by `scope minute`
 */
export async function addCounts(
  db: Queryable,
  counts: readonly RequestCount[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<RequestCount>(
    `with quick as (select set_config('synchronous_commit', 'off', true))
     insert into request_count as known (scope, minute, requests)
     select one.scope, one.minute, one.requests
     from quick, unnest($1::text[], $2::int[], $3::bigint[]) as one (scope, minute, requests)
     order by 1, 2
     on conflict (scope, minute) do update set requests = known.requests + excluded.requests
     returning scope, minute, requests`,
    [
      counts.map((one) => one.scope),
      counts.map((one) => one.minute),
      counts.map((one) => one.requests),
    ],
  )
  return new Map(rows.map((row) => [`${row.scope} ${row.minute}`, row.requests]))
}

/** Forgets past minutes. @param minute the first to keep */
export async function forgetCounts(db: Queryable, minute: number): Promise<void> {
  await db.query('delete from request_count where minute < $1', [minute])
}
