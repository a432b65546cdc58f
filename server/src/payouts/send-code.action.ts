import { randomInt } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset } from '../money/registry.ts'
import { dollarText } from '../rates/dollars.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { queueMail } from '../shell/mail/queue-mail.action.ts'
import { mailAddressOf, ownerOf } from '../tenancy/owner.action.ts'
import { hasTotp } from '../tenancy/totp.action.ts'
import type { Payout } from './payout.ts'
import { CODE_MS, codeText, type SentCode } from './review.ts'

/** What sending a code needs. */
export type CodeCtx = Pick<ShellCtx, 'ids' | 'clock' | 'sealer' | 'config'>

/** The purpose under which codes are hashed. */
export const CODE_PURPOSE = 'payout_review.code'

const CODES = 1_000_000
/** A batch of the API is told whole; of a file's what is worth most. */
const LINES_MAX = 50

/** What a code is for. */
export type CodeFor = Readonly<{
  book: Book
  subjectId: string
  contentHash: Buffer
  payouts: readonly Payout[]
}>

/**
 * Draws a one-time code and has it mailed to the organization's owner.
 *
 * @returns absent where no mail can be sent and an authenticator stands in for it
 * @throws payouts.otp_has_no_way
 */
export async function sendCode(
  ctx: CodeCtx,
  dbTx: DbTx,
  asked: CodeFor,
): Promise<SentCode | undefined> {
  const { book, subjectId } = asked
  const { bookId } = book
  const owner = await ownerOf(ctx, dbTx, book.orgId)
  const to = mailAddressOf(ctx, book, owner)
  if (to === undefined) {
    const stands = owner && (await hasTotp(dbTx, { bookId, personId: owner.personId }))
    if (stands === true) return undefined
    throw new AppError('payouts.otp_has_no_way', {})
  }
  const code = String(randomInt(CODES)).padStart(6, '0')
  const sentAt = bookNow(ctx.clock, book)
  const mail = { to, subject: `Code for ${subjectId}`, text: textOf(asked, code) }
  await queueMail(ctx, dbTx, { ...mail, bookId, objectId: subjectId })
  const hash = hashCode(ctx, asked, code)
  return { hash, sentAt, expiresAt: sentAt + CODE_MS }
}

/** The keyed hash by which a code is known again. */
export const hashCode = (
  ctx: Pick<ShellCtx, 'sealer'>,
  of: Pick<CodeFor, 'subjectId' | 'contentHash'> & Readonly<{ book: Pick<Book, 'bookId'> }>,
  code: string,
): Buffer => ctx.sealer.lookupHash(CODE_PURPOSE, `${of.book.bookId}\n${codeText(of, code)}`)

/** Those without a price first, then the dearest: whoever asks cannot hide one behind others. */
function byWorth(a: Payout, b: Payout): number {
  const rank = (one: Payout): number => (one.price === undefined ? 0 : 1)
  const between = rank(a) - rank(b)
  if (between !== 0) return between
  return a.worthCents === b.worthCents ? 0 : a.worthCents > b.worthCents ? -1 : 1
}

function worthText(payouts: readonly Payout[]): string {
  if (payouts.some((one) => one.price === undefined)) return 'of a worth that nobody knows now'
  const cents = payouts.reduce((sum, one) => sum + one.worthCents, 0n)
  return `worth ${dollarText(cents)} dollars`
}

// Who reads the mail must see what it is that he lets go: amount and destination stand in it.
function textOf({ subjectId, payouts }: CodeFor, code: string): string {
  const sorted = payouts.toSorted(byWorth)
  const lines = sorted.slice(0, LINES_MAX).map((one) => {
    const { decimals, currency, network } = knownAsset(one.asset)
    const amount = `${formatUnits(one.units, decimals)} ${currency}`
    return `  ${amount} on ${network} to ${one.destination}`
  })
  const others = sorted.slice(LINES_MAX)
  return [
    `Money is to leave as ${subjectId}:`,
    '',
    ...lines,
    ...(others.length > 0 ? [`  and ${others.length} more, ${worthText(others)}`] : []),
    `  ${worthText(payouts)}`,
    '',
    'If that is right, give this code to whoever asked for it:',
    '',
    `    ${code}`,
    '',
    'It counts for ten minutes, once, and for nothing else. If you know nothing of this, keep the',
    'code to yourself and have the API key revoked: without the code nothing is sent.',
  ].join('\n')
}
