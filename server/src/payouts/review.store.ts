import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Review } from './review.ts'

/** The key of a review. */
export type ReviewKey = Readonly<{ book_id: BookId; subject_id: string }>

type Row = Readonly<{
  subject_id: string
  initiator: string
  content_hash: Buffer
  needs_code: boolean
  approvers: number
  policy_version: number
  state: Review['state']
  code_hash: Buffer | null
  code_expires_at: Instant | null
  code_sent_at: Instant | null
  resends: number
  wrong_codes: number
  code_taken_at: Instant | null
  created_at: Instant
}>

const COLUMNS = `subject_id, initiator, content_hash, needs_code, approvers, policy_version, state,
  code_hash, code_expires_at, code_sent_at, resends, wrong_codes, code_taken_at, created_at`

/** Writes a review. @param dueAt when it is over, in the book's time */
export async function insertReview(
  dbTx: DbTx,
  bookId: BookId,
  { review, dueAt }: Readonly<{ review: Review; dueAt: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into payout_review (book_id, ${COLUMNS}, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [bookId, ...valuesOf(review), new Date(dueAt)],
  )
}

/** Reads a review; absent where nothing was required. */
export async function readReview(
  db: Queryable,
  bookId: BookId,
  subjectId: string,
): Promise<Review | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from payout_review where book_id = $1 and subject_id = $2`,
    [bookId, subjectId],
  )
  return row && reviewOf(row)
}

/** The same, locked until the dbTx ends. */
export async function lockReview(
  dbTx: DbTx,
  bookId: BookId,
  subjectId: string,
): Promise<Review | undefined> {
  const [row] = await dbTx.query<Row>(
    `select ${COLUMNS} from payout_review where book_id = $1 and subject_id = $2 for update`,
    [bookId, subjectId],
  )
  return row && reviewOf(row)
}

/** Writes a locked review anew; at its end it is due no more. */
export async function saveReview(
  dbTx: DbTx,
  bookId: BookId,
  { review, now }: Readonly<{ review: Review; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update payout_review set initiator = $3, content_hash = $4, needs_code = $5, approvers = $6,
       policy_version = $7, state = $8, code_hash = $9, code_expires_at = $10, code_sent_at = $11,
       resends = $12, wrong_codes = $13, code_taken_at = $14, created_at = $15,
       ended_at = case when $8 = 'open' then null else $16::timestamptz end,
       due_at = case when $8 = 'open' then due_at end
     where book_id = $1 and subject_id = $2`,
    [bookId, ...valuesOf(review), new Date(now)],
  )
}

const OTHERS_MAX = 1_000

/** Other open reviews of the book whose codes are still out, the newest first. */
export async function othersWithCodes(
  db: Queryable,
  bookId: BookId,
  subjectId: string,
): Promise<readonly Review[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from payout_review
     where book_id = $1 and subject_id <> $2 and state = 'open'
       and code_hash is not null and code_taken_at is null
     order by subject_id desc limit ${OTHERS_MAX}`,
    [bookId, subjectId],
  )
  return rows.map(reviewOf)
}

/** Makes a code void, if it is still this one. */
export async function voidCode(
  dbTx: DbTx,
  bookId: BookId,
  of: Readonly<{ subjectId: string; hash: Uint8Array }>,
): Promise<void> {
  await dbTx.query(
    `update payout_review set code_hash = null
     where book_id = $1 and subject_id = $2 and code_hash = $3 and code_taken_at is null`,
    [bookId, of.subjectId, of.hash],
  )
}

const time = (at: Instant | undefined): Date | null => (at === undefined ? null : new Date(at))

const valuesOf = (review: Review): readonly unknown[] => [
  review.subjectId,
  review.initiator,
  review.contentHash,
  review.needsCode,
  review.approvers,
  review.policyVersion,
  review.state,
  review.code?.hash ?? null,
  time(review.code?.expiresAt),
  time(review.code?.sentAt),
  review.resends,
  review.wrongCodes,
  time(review.codeTakenAt),
  new Date(review.createdAt),
]

const reviewOf = (row: Row): Review => ({
  subjectId: row.subject_id,
  initiator: row.initiator,
  contentHash: row.content_hash,
  needsCode: row.needs_code,
  approvers: row.approvers,
  policyVersion: row.policy_version,
  state: row.state,
  code:
    row.code_hash === null || row.code_expires_at === null || row.code_sent_at === null
      ? undefined
      : { hash: row.code_hash, expiresAt: row.code_expires_at, sentAt: row.code_sent_at },
  resends: row.resends,
  wrongCodes: row.wrong_codes,
  codeTakenAt: row.code_taken_at ?? undefined,
  createdAt: row.created_at,
})

/** Takes a review out of the queue; what was required stays so. */
export async function setAside(dbTx: DbTx, key: ReviewKey): Promise<void> {
  await dbTx.query(
    'update payout_review set due_at = null where book_id = $1 and subject_id = $2',
    [key.book_id, key.subject_id],
  )
}
