import { AppError, definitionOf, isError } from '../errors/app-error.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { bugReport } from '../shell/bug-report.ts'
import { writeAnswer, writeFailure, type Written } from './answer.ts'
import type { ApiCtx } from './context.ts'
import { failureOf } from './failure.ts'
import {
  createIdempotency,
  type Claim,
  type Idempotency,
  type KeyedRequest,
} from './idempotency.ts'
import type { Accepted, Answer, Caller } from './route.ts'
import { createSharedWork, workAlone, type LocalWork } from './shared-work.ts'

/** Work whose input was accepted. */
export type Work = Exclude<Accepted, { kind: 'refused' }>

/** Says when an answer is not what its route declares; tests throw, production does nothing. */
export type CheckAnswer = (answer: Answer) => void

/** One request's work, and what stands around it. */
export type Job = Readonly<{
  work: Work
  caller: Caller
  check: CheckAnswer
  /** What a client is told of an error of the work (`declaredOnly`). */
  told: (error: unknown) => unknown
  /** Refusals are wanted as RFC 9457. */
  asProblem: boolean
  /** The Idempotency-Key of a write that has one. */
  keyed: KeyedRequest | undefined
}>

/** What doing the work needs, opened once. */
export type Performer = Readonly<{
  ctx: ApiCtx
  idempotency: Idempotency
  /** Works in a dbTx that other requests may share. */
  share: (work: LocalWork) => Promise<Written>
}>

/** Opens it. */
export function createPerformer(ctx: ApiCtx): Performer {
  const idempotency = createIdempotency(ctx)
  return { ctx, idempotency, share: createSharedWork({ db: ctx.db, idempotency }) }
}

/** Does a request's work, once per Idempotency-Key, and writes its answer. */
export async function perform(performer: Performer, job: Job): Promise<Written> {
  const { idempotency } = performer
  if (job.keyed === undefined) return work(performer, job, undefined)
  const standing = await idempotency.begin(job.keyed)
  if (standing.kind === 'answered') return replayed(standing.answer)
  try {
    return await performOnce(performer, job, standing.claim)
  } catch (error) {
    if (!isError(error, 'api.idempotency_in_progress')) throw error
  } finally {
    standing.claim.release()
  }
  // Another process committed while we worked, and our work was rolled back: its answer counts.
  const now = await idempotency.begin(job.keyed)
  if (now.kind === 'answered') return replayed(now.answer)
  now.claim.release()
  throw new AppError('api.idempotency_in_progress', {})
}

const replayed = (answer: Written): Written => ({
  ...answer,
  headers: { ...answer.headers, 'idempotency-replayed': 'true' },
})

async function performOnce(performer: Performer, job: Job, claim: Claim): Promise<Written> {
  try {
    return await work(performer, job, claim)
  } catch (error) {
    if (!isLasting(error)) {
      // The error matters more than a claim that could not be dropped: it ends by itself.
      await claim.drop().catch(() => undefined)
      throw error
    }
    const told = { requestId: job.caller.requestId, asProblem: job.asProblem }
    return settle(performer, claim, writeFailure(failureOf(error), told))
  }
}

/** Records the answer of work that needs no dbTx, or has none any more. */
async function settle(performer: Performer, claim: Claim, written: Written): Promise<Written> {
  const { ctx, idempotency } = performer
  await inDbTx(ctx, (dbTx) => idempotency.settle(dbTx, claim.work, [claim.keep(written)]))
  return written
}

async function work(performer: Performer, job: Job, claim: Claim | undefined): Promise<Written> {
  try {
    return await workOnce(performer, job, claim)
  } catch (error) {
    throw job.told(error)
  }
}

async function workOnce(
  performer: Performer,
  job: Job,
  claim: Claim | undefined,
): Promise<Written> {
  const { work, caller, check } = job
  const { ctx, idempotency } = performer
  const write = (answer: Answer): Written => {
    check(answer)
    return writeAnswer(answer)
  }
  if (work.kind === 'accepted_in_tx') {
    const workInDbTx = await work.call(ctx, caller)
    // The work may run several times; its last run is the one that was committed.
    const last: { afterwards?: Answer['afterwards'] } = {}
    const run = async (dbTx: DbTx): Promise<Written> => {
      const answer = await workInDbTx(dbTx)
      last.afterwards = answer.afterwards
      return write(answer)
    }
    const { together } = work
    const local = { run, claim, kind: together }
    const alone = { db: ctx.db, idempotency }
    const first = await (together === undefined ? workAlone(alone, local) : performer.share(local))
    if (last.afterwards === undefined) return first
    return sayAfterwards(performer, job, { first, claim, wait: last.afterwards, write })
  }
  const written = write(await work.call(ctx, caller))
  return claim === undefined ? written : settle(performer, claim, written)
}

type Afterwards = Readonly<{
  first: Written
  claim: Claim | undefined
  wait: NonNullable<Answer['afterwards']>
  write: (answer: Answer) => Written
}>

/** Waits for what goes on after the work; whatever comes of the waiting, the work is done. */
async function sayAfterwards(
  { ctx, idempotency }: Performer,
  job: Job,
  { first, claim, wait, write }: Afterwards,
): Promise<Written> {
  try {
    const said = await wait(ctx).then(write, (error: unknown) => refusedAfterwards(job, error))
    if (claim !== undefined && said.text !== first.text) {
      await inDbTx(ctx, (dbTx) => idempotency.amend(dbTx, claim.keep(said)))
    }
    return said
  } catch (error) {
    const { requestId } = job.caller
    ctx.log.error({ request_id: requestId, error: bugReport(error) }, 'waiting afterwards failed')
    return first
  }
}

function refusedAfterwards({ told, caller, asProblem }: Job, error: unknown): Written {
  const refusal = told(error)
  if (!isLasting(refusal)) throw error
  return writeFailure(failureOf(refusal), { requestId: caller.requestId, asProblem })
}

/** A refusal that the same request would meet again is the answer to its key, like any other. */
function isLasting(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false
  const { status, retry } = definitionOf(error.code)
  return status < 500 && retry !== 'later'
}
