import { createHash } from 'node:crypto'
import type { Instant } from '../shell/clock.ts'
import type { Payout, Requirement } from './payout.ts'

/** How long a one-time code counts, by the book's clock. */
export const CODE_MS = 10 * 60_000

/** How long there is to do what is required, by the book's clock. */
export const REVIEW_MS = 24 * 3_600_000

/** Wrong codes after which a payout is canceled. */
export const WRONG_CODES_MAX = 5

/** How often a code is sent again, and how long lies between. */
export const RESENDS_MAX = 3

/** The least time between two mails with codes. */
export const RESEND_MS = 60_000

/** Wrong codes in a book within a day after which none is taken there any more until it is over. */
export const WRONG_CODES_A_DAY_MAX = 25

/** A code that was mailed. Nobody can read it back: it is kept as a keyed hash. */
export type SentCode = Readonly<{ hash: Buffer; expiresAt: Instant; sentAt: Instant }>

/** What is required of somebody before a payout, or all of a batch, are sent. */
export type Review = Readonly<{
  /** `po_…` or `batch_…` */
  subjectId: string
  initiator: string
  /** Of everything that matters of the payouts, as they were when the code was sent. */
  contentHash: Buffer
  needsCode: boolean
  /** How many others must approve. */
  approvers: number
  /** Of the policy by which that was judged. */
  policyVersion: number
  state: 'open' | 'passed' | 'canceled'
  code: SentCode | undefined
  resends: number
  wrongCodes: number
  codeTakenAt: Instant | undefined
  createdAt: Instant
}>

/** What is still required, when so many have approved. */
export const awaited = (review: Review, approvals: number): readonly Requirement[] => [
  ...(review.needsCode && review.codeTakenAt === undefined ? (['otp'] as const) : []),
  ...(approvals < review.approvers ? (['approval'] as const) : []),
]

/** What is held up together: a payout, or the batch that it belongs to. */
export const subjectOf = ({ batchId, payoutId }: Pick<Payout, 'batchId' | 'payoutId'>): string =>
  batchId ?? payoutId

/** Hash of everything about payouts that a code vouches for; in whatever order they come. */
export function contentHashOf(payouts: readonly Payout[]): Buffer {
  const lines = payouts.map((one) =>
    JSON.stringify([
      one.bookId,
      one.payoutId,
      one.batchId ?? null,
      one.kind,
      one.sourceId ?? null,
      one.asset,
      one.units.toString(),
      one.netUnits.toString(),
      one.destination,
    ]),
  )
  return createHash('sha256').update(lines.sort().join('\n')).digest()
}

/** What a code is hashed with: it fits one subject as it was, and no other. */
export const codeText = (
  { subjectId, contentHash }: Pick<Review, 'subjectId' | 'contentHash'>,
  code: string,
): string => `${subjectId}\n${contentHash.toString('hex')}\n${code}`

/** What a mailed code amounts to. */
export type CodeStanding = 'taken' | 'used' | 'expired' | 'wrong'

/** Judges a mailed code. @param fits whether it is the one that was sent last */
export function judgeCode(
  { code, codeTakenAt }: Pick<Review, 'code' | 'codeTakenAt'>,
  { fits, now }: Readonly<{ fits: boolean; now: Instant }>,
): CodeStanding {
  if (codeTakenAt !== undefined) return 'used'
  // Guessing at a code that counts no longer gains nothing, so it is no wrong try either.
  if (code === undefined || now >= code.expiresAt) return 'expired'
  return fits ? 'taken' : 'wrong'
}
