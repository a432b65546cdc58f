import type { Fact, Waiting } from '../explain/explanation.ts'
import type { MailStanding } from '../shell/mail/mailer.ts'
import type { Requirement } from './payout.ts'
import type { Approval } from './review-history.store.ts'
import { awaited, REVIEW_MS, type Review } from './review.ts'

/** What is told of what was required of people; never a code. */
export type ReviewFacts = Readonly<{
  review: Review
  approvals: readonly Approval[]
  /** How many of them count still: keys may have been revoked since. */
  counting: number
  /** Whether the mail with the newest code has gone; absent where none was written. */
  mail: MailStanding | undefined
}>

/** What happened of that, for a payout as for its batch. */
export function reviewFacts({
  review,
  approvals,
}: Pick<ReviewFacts, 'review' | 'approvals'>): readonly Fact[] {
  const { code, codeTakenAt, createdAt, resends } = review
  const wanted = [
    ...(review.needsCode ? ['a one-time code'] : []),
    ...(review.approvers > 0 ? [`${review.approvers} approvals`] : []),
  ]
  const required: Fact = {
    at: createdAt,
    kind: 'required',
    source: 'request',
    sentence: `The policy (version ${review.policyVersion}) requires ${wanted.join(' and ')}.`,
    reference: { objectId: review.subjectId },
  }
  const reference = required.reference
  const again = resends === 0 ? '' : `, for the ${resends + 1}. time`
  const sent: Fact[] =
    code === undefined
      ? []
      : [
          {
            ...{ at: code.sentAt, kind: 'code_sent', source: 'request', reference },
            sentence: `A one-time code was mailed to the owner${again}.`,
          },
        ]
  const given = approvals.map(({ approver, at }): Fact => ({
    ...{ at, kind: 'verified', source: 'request', reference },
    sentence: `${approver} approved.`,
  }))
  const taken: Fact[] =
    codeTakenAt === undefined
      ? []
      : [
          {
            ...{ at: codeTakenAt, kind: 'verified', source: 'request', reference },
            sentence: 'The right code was given.',
          },
        ]
  return [required, ...sent, ...given, ...taken]
}

/** What somebody still has to do for it. */
export function reviewWaits({ review, counting, mail }: ReviewFacts): Waiting {
  const open = awaited(review, counting)
  const [first] = open
  const endsAt = review.createdAt + REVIEW_MS
  if (first === undefined) {
    const message = 'All that was required was given.'
    return { code: 'being_released', message, waitsFor: 'sender' }
  }
  const waiting = WAITING[first](review, counting)
  const unsent = first === 'otp' ? mailTrouble(mail) : ''
  const more = open.length > 1 ? ` ${WAITING.approval(review, counting).message}` : ''
  return { nextAt: endsAt, ...waiting, message: `${waiting.message}${unsent}${more}` }
}

/** What keeps the mail from its reader, as a sentence behind another. */
function mailTrouble(mail: MailStanding | undefined): string {
  if (mail?.problem === undefined) return ''
  return mail.state === 'failed'
    ? ` The mail could not be sent: ${mail.problem}`
    : ` The mail has not gone yet: ${mail.problem}`
}

const WAITING = {
  otp: ({ subjectId, code }) => ({
    code: 'code_wanted',
    message:
      'It waits for the one-time code that was mailed to the owner, or for his authenticator’s.',
    waitsFor: 'code',
    // The code ends before the time for it does: another can be asked for until then.
    ...(code === undefined ? {} : { nextAt: code.expiresAt }),
    whatToDo: `POST /v1/payouts/${subjectId}/verify with the code; POST /v1/payouts/${subjectId}/resend sends another.`,
  }),
  approval: ({ subjectId, approvers }, counting) => ({
    code: 'approval_wanted',
    message: `${counting} of ${approvers} approvals were given; who asked for it cannot give one.`,
    waitsFor: 'approval',
    whatToDo: `An approver's key can POST /v1/payouts/${subjectId}/approve, or reject.`,
  }),
} as const satisfies Record<Requirement, (review: Review, counting: number) => Waiting>
