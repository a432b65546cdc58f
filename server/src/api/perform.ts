import { AppError, definitionOf, isError } from '../errors/app-error.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { writeAnswer, writeFailure, type Written } from './answer.ts'
import type { ApiCtx } from './context.ts'
import { failureOf } from './failure.ts'
import type { Claim, Idempotency, KeyedRequest } from './idempotency.ts'
import type { Accepted, Answer, Caller } from './route.ts'

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

/** Does a request's work, once per Idempotency-Key, and writes its answer. */
export async function perform(ctx: ApiCtx, idempotency: Idempotency, job: Job): Promise<Written> {
  if (job.keyed === undefined) return work(ctx, job, async () => undefined)
  const standing = await idempotency.begin(job.keyed)
  if (standing.kind === 'answered') return replayed(standing.answer)
  try {
    return await performOnce(ctx, job, standing.claim)
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

async function performOnce(ctx: ApiCtx, job: Job, claim: Claim): Promise<Written> {
  try {
    return await work(ctx, job, claim.settle)
  } catch (error) {
    if (!isLasting(error)) {
      // The error matters more than a claim that could not be dropped: it ends by itself.
      await claim.drop().catch(() => undefined)
      throw error
    }
    const told = { requestId: job.caller.requestId, asProblem: job.asProblem }
    const written = writeFailure(failureOf(error), told)
    await inDbTx(ctx, (dbTx) => claim.settle(dbTx, written))
    return written
  }
}

async function work(ctx: ApiCtx, job: Job, settle: Claim['settle']): Promise<Written> {
  try {
    return await workOnce(ctx, job, settle)
  } catch (error) {
    throw job.told(error)
  }
}

async function workOnce(ctx: ApiCtx, job: Job, settle: Claim['settle']): Promise<Written> {
  const { caller, check } = job
  const finish = async (dbTx: DbTx, answer: Answer): Promise<Written> => {
    check(answer)
    const written = writeAnswer(answer)
    await settle(dbTx, written)
    return written
  }
  if (job.work.kind === 'accepted_in_tx') {
    const workInDbTx = await job.work.call(ctx, caller)
    return inDbTx(ctx, async (dbTx) => finish(dbTx, await workInDbTx(dbTx)))
  }
  const answer = await job.work.call(ctx, caller)
  if (job.keyed !== undefined) return inDbTx(ctx, (dbTx) => finish(dbTx, answer))
  check(answer)
  return writeAnswer(answer)
}

/** A refusal that the same request would meet again is the answer to its key, like any other. */
function isLasting(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false
  const { status, retry } = definitionOf(error.code)
  return status < 500 && retry !== 'later'
}
