import { hash } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { gather } from '../shell/gather.ts'
import type { Written } from './answer.ts'
import {
  claimKeys,
  dropClaim,
  settleClaim,
  type ClaimResult,
  type ClaimRow,
} from './idempotency.store.ts'

/** A write with an Idempotency-Key; another method, target or body is another request. */
export type KeyedRequest = Readonly<{
  bookId: BookId
  key: string
  method: string
  target: string
  body: Uint8Array
}>

/** The right to do the work of a key, until `settle` or `drop`. */
export type Claim = Readonly<{
  /** Records the answer in the work's own dbTx. @throws api.idempotency_in_progress when overtaken */
  settle: (dbTx: DbTx, answer: Written) => Promise<void>
  /** Gives the key free: the work was not done. */
  drop: () => Promise<void>
}>

/** What a key stands for at this moment. */
export type KeyStanding =
  Readonly<{ kind: 'claimed'; claim: Claim }> | Readonly<{ kind: 'answered'; answer: Written }>

/** The Idempotency-Keys of all books. */
export type Idempotency = Readonly<{
  /** @throws api.idempotency_in_progress, api.idempotency_key_reused */
  claim: (request: KeyedRequest) => Promise<KeyStanding>
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
 * Opens the keys of a database. A key is claimed before the work and settled in the work's own
 * transaction: whatever dies in between leaves a claim behind that the next request takes over
 * after a minute, and work whose claim was taken over can no longer commit.
 */
export function createIdempotency(ctx: Ctx): Idempotency {
  const claimRow = gather((rows: readonly ClaimRow[]) => claimBatch(ctx, rows), {
    batchMax: BATCH_MAX,
  })
  return {
    claim: async ({ bookId, key, method, target, body }) => {
      const request = `${method} ${target} ${hash('sha256', body, 'base64')}`
      const requestHash = ctx.sealer.lookupHash(REQUEST_PURPOSE, request)
      const row: ClaimRow = { bookId, key, requestHash, claim: ctx.ids.next('claim') }
      const found = await claimRow(row)
      if (found.claimed) return { kind: 'claimed', claim: claimOf(ctx, row) }
      if (found.request_hash !== null && !found.request_hash.equals(requestHash)) {
        throw new AppError('api.idempotency_key_reused', {})
      }
      if (found.sealed_answer === null) throw new AppError('api.idempotency_in_progress', {})
      return { kind: 'answered', answer: openAnswer(ctx, found.sealed_answer) }
    },
  }
}

async function claimBatch(ctx: Ctx, rows: readonly ClaimRow[]): Promise<readonly ClaimResult[]> {
  const now = ctx.clock.now()
  const times = { now, claimedUntil: now + CLAIM_MS, expiresAt: now + KEPT_MS }
  const first = new Map<string, ClaimRow>()
  for (const row of rows) {
    if (!first.has(nameOf(row))) first.set(nameOf(row), row)
  }
  const asked = [...first.values()]
  const results = await claimKeys(ctx.db, asked, times)
  const byName = new Map(asked.map((row, place) => [nameOf(row), { row, result: results[place] }]))
  return rows.map((row) => {
    const known = byName.get(nameOf(row))
    if (known?.result === undefined) throw new Error('a claim has no result')
    if (known.row === row || !known.result.claimed) return known.result
    // Somebody in this very batch got it, and has not answered yet.
    return {
      claimed: false,
      request_hash: Buffer.from(known.row.requestHash),
      status: null,
      sealed_answer: null,
    }
  })
}

const nameOf = (row: ClaimRow): string => `${row.bookId} ${row.key}`

function claimOf(ctx: Ctx, row: ClaimRow): Claim {
  return {
    settle: async (dbTx, answer) => {
      const sealedAnswer = ctx.sealer.seal(ANSWER_PURPOSE, JSON.stringify(answer))
      const held = await settleClaim(dbTx, { ...row, status: answer.status, sealedAnswer })
      if (!held) throw new AppError('api.idempotency_in_progress', {})
    },
    drop: () => inDbTx(ctx, (dbTx) => dropClaim(dbTx, row)),
  }
}

function openAnswer(ctx: Ctx, sealed: Uint8Array): Written {
  const answer: Written = JSON.parse(ctx.sealer.open(ANSWER_PURPOSE, sealed))
  return answer
}
