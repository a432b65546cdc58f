import { hash } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { gather, type Gather } from '../shell/gather.ts'
import type { Written } from './answer.ts'
import {
  amendAnswer,
  claimKey,
  dropClaim,
  findRecords,
  recordAnswers,
  settleClaim,
  type AnswerRow,
  type ClaimRow,
  type RecordKey,
  type RecordRow,
} from './idempotency.store.ts'

/** A write with an Idempotency-Key; another method, target or body is another request. */
export type KeyedRequest = Readonly<{
  bookId: BookId
  key: string
  method: string
  target: string
  body: Uint8Array
  /**
   * `local`: the work is done in one dbTx of our database, together with the record of its answer.
   * `outside`: it is not, so the key is claimed before.
   */
  work: 'local' | 'outside'
}>

/** The right to do the work of a key. */
export type Claim = Readonly<{
  work: KeyedRequest['work']
  /** The answer as it is kept, for `settle`. */
  keep: (answer: Written) => AnswerRow
  /** Forgets the claim: the work was not done, and may be tried again at once. */
  drop: () => Promise<void>
  /** Ends it, however it went. */
  release: () => void
}>

/** What a key stands for at this moment. */
export type KeyStanding =
  Readonly<{ kind: 'free'; claim: Claim }> | Readonly<{ kind: 'answered'; answer: Written }>

/** The Idempotency-Keys of all books. */
export type Idempotency = Readonly<{
  /** @throws api.idempotency_in_progress, api.idempotency_key_reused */
  begin: (request: KeyedRequest) => Promise<KeyStanding>
  /**
   * Records answers of claims in one dbTx: that of the work, where the work is local.
   *
   * @param kept of claims of the same kind of work
   * @throws api.idempotency_in_progress when somebody else was quicker with one of them
   */
  settle: (dbTx: DbTx, work: KeyedRequest['work'], kept: readonly AnswerRow[]) => Promise<void>
  /** Puts another answer in the place of one that was recorded by the same claim. */
  amend: (dbTx: DbTx, kept: AnswerRow) => Promise<void>
}>

/** How long an answer is kept. */
export const KEPT_MS = 30 * 24 * 3_600_000

/** How long a claim holds without an answer; then its process is taken for dead. */
export const CLAIM_MS = 60_000

const REQUEST_PURPOSE = 'idempotency_record.request'
const ANSWER_PURPOSE = 'idempotency_record.answer'
const BATCH_MAX = 200
const FORM = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'sealer'>

/** Reads an `Idempotency-Key` header. @throws api.idempotency_key_invalid */
export function readIdempotencyKey(header: string): string {
  if (!FORM.test(header)) throw new AppError('api.idempotency_key_invalid', {})
  return header
}

/**
 * Opens the keys of a database.
 *
 * Local work writes its answer in its own transaction, under a key that is unique: of two that
 * were at it at once, in two processes, the second cannot commit. A crash leaves both or neither.
 * Work outside claims its key before: what dies in between leaves a claim behind that the next
 * request takes over after a minute.
 */
export function createIdempotency(ctx: Ctx): Idempotency {
  const atWork = new Map<string, Uint8Array>()
  const find = gather((keys: readonly RecordKey[]) => findRecords(ctx.db, keys), {
    batchMax: BATCH_MAX,
  })
  return {
    begin: async (request) => {
      const row = claimRowOf(ctx, request)
      const name = `${row.bookId} ${row.key}`
      const other = atWork.get(name)
      if (other !== undefined) throw inProgress(other, row)
      atWork.set(name, row.requestHash)
      const release = (): void => void atWork.delete(name)
      try {
        const answer = await findAnswer(ctx, find, row)
        if (answer === undefined && request.work === 'outside') await claim(ctx, find, row)
        if (answer === undefined) {
          return { kind: 'free', claim: claimOf(ctx, { request, row, release }) }
        }
        release()
        return { kind: 'answered', answer }
      } catch (error) {
        release()
        throw error
      }
    },
    settle: (dbTx, work, kept) => settleAll(ctx, dbTx, { work, kept }),
    amend: amendAnswer,
  }
}

function claimRowOf(ctx: Ctx, { bookId, key, method, target, body }: KeyedRequest): ClaimRow {
  const text = `${method} ${target} ${hash('sha256', body, 'base64')}`
  const requestHash = ctx.sealer.lookupHash(REQUEST_PURPOSE, text)
  return { bookId, key, requestHash, claim: ctx.ids.next('claim') }
}

function inProgress(known: Uint8Array, row: ClaimRow): AppError {
  return Buffer.compare(known, row.requestHash) === 0
    ? new AppError('api.idempotency_in_progress', {})
    : new AppError('api.idempotency_key_reused', {})
}

type Find = Gather<RecordKey, RecordRow | undefined>

/** The kept answer; absent when the key is free. @throws as `begin` does */
async function findAnswer(ctx: Ctx, find: Find, row: ClaimRow): Promise<Written | undefined> {
  const known = await find(row)
  const now = ctx.clock.now()
  if (known === undefined || known.expires_at <= now) return undefined
  if (!known.request_hash.equals(row.requestHash)) {
    throw new AppError('api.idempotency_key_reused', {})
  }
  if (known.sealed_answer !== null) {
    const answer: Written = JSON.parse(ctx.sealer.open(ANSWER_PURPOSE, known.sealed_answer))
    return answer
  }
  if (known.claimed_until > now) throw new AppError('api.idempotency_in_progress', {})
  return undefined
}

async function claim(ctx: Ctx, find: Find, row: ClaimRow): Promise<void> {
  const now = ctx.clock.now()
  const times = { now, claimedUntil: now + CLAIM_MS, expiresAt: now + KEPT_MS }
  if (await claimKey(ctx.db, row, times)) return
  const known = await find(row)
  throw known === undefined
    ? new AppError('api.idempotency_in_progress', {})
    : inProgress(known.request_hash, row)
}

function claimOf(
  ctx: Ctx,
  {
    request,
    row,
    release,
  }: Pick<Claim, 'release'> & Readonly<{ request: KeyedRequest; row: ClaimRow }>,
): Claim {
  return {
    work: request.work,
    keep: (answer) => {
      const sealedAnswer = ctx.sealer.seal(ANSWER_PURPOSE, JSON.stringify(answer))
      return { ...row, status: answer.status, sealedAnswer }
    },
    drop: async () => {
      if (request.work === 'outside') await inDbTx(ctx, (dbTx) => dropClaim(dbTx, row))
    },
    release,
  }
}

async function settleAll(
  ctx: Ctx,
  dbTx: DbTx,
  { work, kept }: Readonly<{ work: KeyedRequest['work']; kept: readonly AnswerRow[] }>,
): Promise<void> {
  if (kept.length === 0) return
  const now = ctx.clock.now()
  const held =
    work === 'local'
      ? await recordAnswers(dbTx, kept, { now, expiresAt: now + KEPT_MS })
      : (await Promise.all(kept.map((row) => settleClaim(dbTx, row)))).every(Boolean)
  if (!held) throw new AppError('api.idempotency_in_progress', {})
}
