import { inDbTx, sqlState, type Db, type DbTx } from '../shell/db.ts'
import { gather, type Gather } from '../shell/gather.ts'
import { inTraceOfNow } from '../shell/telemetry/tracing.ts'
import type { Written } from './answer.ts'
import type { AnswerRow } from './idempotency.store.ts'
import type { Claim, Idempotency } from './idempotency.ts'

/**
 * The work of one request in a dbTx, and the claim whose answer is recorded there with it. Works of
 * one kind go through the same steps.
 */
export type LocalWork = Readonly<{
  kind?: string | undefined
  run: (dbTx: DbTx) => Promise<Written>
  claim: Claim | undefined
}>

type Ctx = Readonly<{ db: Db; idempotency: Idempotency }>

type Outcome =
  Readonly<{ kind: 'done'; written: Written }> | Readonly<{ kind: 'failed'; error: unknown }>

const BATCH_MAX = 32
const LANES = 3

/** Does one request's work in a dbTx of its own. */
export const workAlone = (ctx: Ctx, work: LocalWork): Promise<Written> =>
  inDbTx(ctx, async (dbTx) => {
    const written = await work.run(dbTx)
    await ctx.idempotency.settle(dbTx, 'local', keptOf(work, written))
    return written
  })

/**
 * Does works of one kind that came at the same time side by side in one dbTx: a commit costs as
 * much as the work, and what they write at the same step is one statement (`gatherOn`). When that
 * fails for any of them, all of it is rolled back, and each is done by itself: so every request
 * ends as if it had been alone.
 *
 * Works of different kinds never share: a dbTx that locks the ledger's accounts at one step for
 * some and at another for others takes them in an order of its own, and may wait in a circle.
 */
export function createSharedWork(ctx: Ctx): (work: LocalWork) => Promise<Written> {
  const doThese = (works: readonly LocalWork[]) => workTogether(ctx, works)
  const shares = new Map<string, Gather<LocalWork, Outcome>>()
  const shareOf = (kind: string): Gather<LocalWork, Outcome> => {
    const share = shares.get(kind) ?? gather(doThese, { batchMax: BATCH_MAX, lanes: LANES })
    shares.set(kind, share)
    return share
  }
  return async (work) => {
    const run = inTraceOfNow(work.run)
    const outcome = await shareOf(work.kind ?? '')({ ...work, run })
    if (outcome.kind === 'failed') throw outcome.error
    return outcome.written
  }
}

async function workTogether(ctx: Ctx, works: readonly LocalWork[]): Promise<readonly Outcome[]> {
  const together = works.length > 1 ? await tryTogether(ctx, works) : undefined
  return together ?? Promise.all(works.map((work) => outcomeOf(workAlone(ctx, work))))
}

async function tryTogether(
  ctx: Ctx,
  works: readonly LocalWork[],
): Promise<readonly Outcome[] | undefined> {
  let isCommitting = false
  try {
    return await inDbTx(ctx, async (dbTx) => {
      isCommitting = false
      // All of them come to their end before the dbTx does, also when one fails.
      const outcomes = await Promise.all(works.map((work) => outcomeOf(work.run(dbTx))))
      const kept = works.flatMap((work, place) => keptOf(work, writtenIn(outcomes[place])))
      await ctx.idempotency.settle(dbTx, 'local', kept)
      isCommitting = true
      return outcomes
    })
  } catch (error) {
    // A commit whose answer was lost may have happened: doing the work again could double it.
    if (isCommitting && !isRolledBack(error)) return works.map(() => ({ kind: 'failed', error }))
    return undefined
  }
}

function writtenIn(outcome: Outcome | undefined): Written | undefined {
  if (outcome?.kind === 'failed') throw outcome.error
  return outcome?.written
}

const keptOf = (work: LocalWork, written: Written | undefined): readonly AnswerRow[] =>
  work.claim === undefined || written === undefined ? [] : [work.claim.keep(written)]

const outcomeOf = (working: Promise<Written>): Promise<Outcome> =>
  working.then(
    (written) => ({ kind: 'done', written }),
    (error: unknown) => ({ kind: 'failed', error }),
  )

/** The database itself said no; and not that it is going down, when it may have said yes before. */
function isRolledBack(error: unknown): boolean {
  const state = sqlState(error)
  return state !== undefined && !/^(08|57)/.test(state)
}
