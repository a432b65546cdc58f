import type { Clock } from './clock.ts'
import type { Db } from './db.ts'
import type { Log } from './log.ts'
import { continueTrace, inNewTrace, underTrace } from './telemetry/tracing.ts'

/**
 * Background work over the rows of one table: a row whose `due_at` has come is the job.
 * The table has the columns `due_at` (null: nothing to do), `lease_until` and `tries`.
 */
export type Job<Key extends object> = Readonly<{
  name: string
  table: string
  /** Columns of the primary key. */
  key: readonly (keyof Key & string)[]
  /** `book`: the row has a `book_id`, and `due_at` is a time of that book's clock. */
  clock: 'book' | 'machine'
  /** Rows claimed, and worked on side by side, at a time. */
  batch: number
  leaseMs: number
  /** After so many failed tries `giveUp` is called instead of `run`. */
  triesMax: number
  /** Does the work; repeatable; sets the row's next `due_at` (or null) in its own dbTx. */
  run: (key: Key) => Promise<void>
  /** Takes the row out of the queue after the last try, visibly. */
  giveUp: (key: Key) => Promise<void>
  /**
   * `kept`: the row has a column `trace`, and the work goes on with what it holds; `own`: each row's
   * work is a trace of its own. Absent: the work is traced nowhere.
   */
  trace?: 'kept' | 'own'
  /**
   * SQL over the columns of `claimed`: such a row is looked at again and again until something
   * happens. The work knows its trace and keeps it in what it writes; nothing of it is recorded.
   */
  quietWhen?: string
}>

/** Hears what became of the work on one row, and how long it took. */
export type JobSeen = (
  job: string,
  outcome: 'done' | 'failed' | 'given_up',
  durationMs: number,
) => void

type LoopCtx = Readonly<{ db: Db; clock: Clock; log: Log; jobSeen?: JobSeen }>
type Claimed<Key> = Key & Readonly<{ tries: number; trace: string | null; quiet: boolean }>

const RETRY_MS_MIN = 250
const RETRY_MS_MAX = 60_000
const IDLE_MS = 100

/** Claims what is due once and works on it. @returns how many rows were claimed */
export async function runDueOnce<Key extends object>(ctx: LoopCtx, job: Job<Key>): Promise<number> {
  const rows = await claim(ctx, job)
  if (rows.length === 0) return 0
  const renewal = new AbortController()
  const renewing = renewLeases(ctx, job, { rows, signal: renewal.signal })
  try {
    const outcomes = await Promise.all(rows.map((row) => attempt(ctx, job, row)))
    const done = rows.filter((_, index) => outcomes[index] === 'done')
    await release(ctx, job, done)
  } finally {
    renewal.abort()
    await renewing
  }
  return rows.length
}

/** Works on due rows until the signal is aborted; the batch in hand is finished first. */
export async function runJob<Key extends object>(
  ctx: LoopCtx,
  job: Job<Key>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const claimed = await runDueOnce(ctx, job).catch((error: unknown) => {
      ctx.log.error({ job: job.name, error }, 'claiming due rows failed')
      return 0
    })
    if (claimed < job.batch) await ctx.clock.sleep(IDLE_MS, signal)
  }
}

async function claim<Key extends object>(ctx: LoopCtx, job: Job<Key>): Promise<Claimed<Key>[]> {
  const now = ctx.clock.now()
  const columns = job.key.map((column) => `job.${column}`).join(', ')
  const same = job.key.map((column) => `claimed.${column} = job.${column}`).join(' and ')
  const isDue =
    job.clock === 'machine'
      ? 'job.due_at <= $1'
      : `job.due_at <= $1::timestamptz + (select b.clock_offset_ms from book b where b.book_id = job.book_id)
           * interval '1 millisecond'`
  return ctx.db.query<Claimed<Key>>(
    `with due as (
       select ${columns} from ${job.table} as job
       where job.due_at is not null and ${isDue}
         and (job.lease_until is null or job.lease_until <= $1)
       order by job.due_at limit $2 for update of job skip locked)
     update ${job.table} as claimed set lease_until = $3, tries = claimed.tries + 1
     from due as job where ${same}
     returning ${job.key.map((column) => `claimed.${column}`).join(', ')}, claimed.tries,
       ${job.trace === 'kept' ? 'claimed.trace' : 'null'} as trace,
       ${job.quietWhen ?? 'false'} as quiet`,
    [new Date(now), job.batch, new Date(now + job.leaseMs)],
  )
}

async function attempt<Key extends object>(
  ctx: LoopCtx,
  job: Job<Key>,
  row: Claimed<Key>,
): Promise<'done' | 'failed'> {
  const startedAt = performance.now()
  const isLast = row.tries > job.triesMax
  const seen = (outcome: 'done' | 'failed' | 'given_up'): void =>
    ctx.jobSeen?.(job.name, outcome, performance.now() - startedAt)
  try {
    await traced(job, row, () => (isLast ? job.giveUp(row) : job.run(row)))
    seen(isLast ? 'given_up' : 'done')
    return 'done'
  } catch (error) {
    seen('failed')
    ctx.log.error(
      { job: job.name, row: keyValues(job, row), tries: row.tries, error },
      'job failed',
    )
    const pause = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(row.tries, 20))
    // The row stays due; the lease keeps it away from everyone until the pause is over.
    await setLease(ctx, job, { rows: [row], until: ctx.clock.now() + pause, resetTries: false })
    return 'failed'
  }
}

function traced<Key extends object>(
  job: Job<Key>,
  row: Claimed<Key>,
  work: () => Promise<void>,
): Promise<void> {
  const attributes = { 'coffer.job': job.name, 'coffer.tries': row.tries }
  const named = { name: `job ${job.name}`, kind: 'consumer', attributes } as const
  if (row.quiet) return underTrace(row.trace, work)
  return job.trace === 'own' ? inNewTrace(named, work) : continueTrace(row.trace, named, work)
}

async function renewLeases<Key extends object>(
  ctx: LoopCtx,
  job: Job<Key>,
  work: Readonly<{ rows: readonly Claimed<Key>[]; signal: AbortSignal }>,
): Promise<void> {
  for (;;) {
    await ctx.clock.sleep(job.leaseMs / 3, work.signal)
    if (work.signal.aborted) return
    const until = ctx.clock.now() + job.leaseMs
    await setLease(ctx, job, { rows: work.rows, until, resetTries: false }).catch(
      (error: unknown) => ctx.log.warn({ job: job.name, error }, 'renewing leases failed'),
    )
  }
}

async function release<Key extends object>(
  ctx: LoopCtx,
  job: Job<Key>,
  rows: readonly Claimed<Key>[],
): Promise<void> {
  if (rows.length === 0) return
  await setLease(ctx, job, { rows, until: undefined, resetTries: true })
}

async function setLease<Key extends object>(
  ctx: LoopCtx,
  job: Job<Key>,
  change: Readonly<{
    rows: readonly Claimed<Key>[]
    until: number | undefined
    resetTries: boolean
  }>,
): Promise<void> {
  const lists = job.key.map((_, index) => `$${index + 3}::text[]`).join(', ')
  const same = job.key.map((column) => `job.${column} = one.${column}`).join(' and ')
  await ctx.db.query(
    `update ${job.table} as job
     set lease_until = $1, tries = case when $2 then 0 else job.tries end
     from unnest(${lists}) as one (${job.key.join(', ')}) where ${same}`,
    [
      change.until === undefined ? null : new Date(change.until),
      change.resetTries,
      ...job.key.map((column) => change.rows.map((row) => row[column])),
    ],
  )
}

const keyValues = <Key extends object>(job: Job<Key>, row: Key): unknown[] =>
  job.key.map((column) => row[column])
