import { AppError, definitionOf, isError } from '../errors/app-error.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
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
  { work, caller, check }: Job,
  claim: Claim | undefined,
): Promise<Written> {
  const { ctx, idempotency } = performer
  const write = (answer: Answer): Written => {
    check(answer)
    return writeAnswer(answer)
  }
  if (work.kind === 'accepted_in_tx') {
    const workInDbTx = await work.call(ctx, caller)
    const local = { run: async (dbTx: DbTx) => write(await workInDbTx(dbTx)), claim }
    return work.together ? performer.share(local) : workAlone({ db: ctx.db, idempotency }, local)
  }
  const written = write(await work.call(ctx, caller))
  return claim === undefined ? written : settle(performer, claim, written)
}

/** A refusal that the same request would meet again is the answer to its key, like any other. */
function isLasting(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false
  const { status, retry } = definitionOf(error.code)
  return status < 500 && retry !== 'later'
}
