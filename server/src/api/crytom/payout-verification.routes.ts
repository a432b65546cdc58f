import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { isJsonNumber } from '../../money/json-number.ts'
import { awaitBroadcast } from '../../payouts/await-broadcast.action.ts'
import { approve, reject } from '../../payouts/decide.action.ts'
import type { Passage } from '../../payouts/pass.action.ts'
import { giveSignerCode } from '../../payouts/give-signer-code.action.ts'
import { resendCode } from '../../payouts/resend-code.action.ts'
import { verify } from '../../payouts/verify.action.ts'
import type { Book } from '../../shell/book.ts'
import { inDbTx } from '../../shell/db.ts'
import type { ApiCtx } from '../context.ts'
import type { Preference } from '../prefer.ts'
import { route, type AnswerOf } from '../route.ts'
import { idParams, timeText } from './payment-shapes.ts'

/** How long verifying waits for the broadcast, where the caller says nothing, in ms. */
const VERIFY_WAIT_MS = 10_000

const DONE = 'Payout verified and broadcast successfully.'

/** Six digits, as text or as a number, which has lost the zeros in front. */
const code = z
  .unknown()
  .meta({ type: 'string', examples: ['012345'], description: 'Six digits.' })
  .transform((value, context) => {
    const text = isJsonNumber(value) ? value.text.padStart(6, '0') : value
    if (typeof text === 'string' && /^\d{6}$/.test(text)) return text
    context.addIssue({ code: 'custom', message: 'It must be six digits.' })
    return z.NEVER
  })

const Standing = z.strictObject({
  payout_id: z.string().describe('The payout, or the batch as a whole.'),
  status: z.enum(['pending_verification', 'processing', 'canceled']),
  awaiting: z.array(z.enum(['otp', 'approval'])).describe('What is still required.'),
  approvals: z.int().describe('Approver keys that have approved.'),
  approvers: z.int().describe('How many must.'),
})

const SUBJECT_ERRORS = [
  'payouts.payout_unknown',
  'payouts.not_awaiting_verification',
] as const satisfies readonly ErrorCode[]

const PASSING_ERRORS = [
  ...SUBJECT_ERRORS,
  'payouts.policy_refuses_now',
  'payouts.broadcast_failure',
] as const satisfies readonly ErrorCode[]

type StandingAnswer = AnswerOf<{ 200: typeof Standing; 202: typeof Standing }>

/** `POST /v1/payouts/:id/verify` */
export const verifyPayout = route({
  method: 'POST',
  path: '/v1/payouts/:id/verify',
  summary: 'Verify a payout by a one-time code',
  description:
    'The code was mailed to the owner of the organization; a code of his authenticator does as well. The id of a batch, or of a payout of it, verifies all of the batch, which the mail lists. 200 when all is done and nodes have accepted it; 202 while something is still required, or under way.',
  tag: 'Payouts',
  waits: true,
  params: idParams,
  body: z.strictObject({
    otp_code: code.optional(),
    totp_code: code.optional(),
    signer_code: code
      .optional()
      .describe('Of the signer’s own authenticator, for a payout that waits at the signer.'),
  }),
  example: { otp_code: '123456' },
  reply: { 200: Standing, 202: Standing },
  errors: [
    ...PASSING_ERRORS,
    'payouts.otp_needed',
    'payouts.one_code_at_a_time',
    'payouts.otp_wrong',
    'payouts.otp_guessed',
    'payouts.otp_expired',
    'payouts.otp_used',
    'payouts.otp_of_another_payout',
    'payouts.otps_locked',
    'payouts.totp_not_enrolled',
    'payouts.payout_changed',
    'payouts.signer_code_refused',
    'payouts.signer_code_not_now',
    'signer.no_answer',
    'chain.unreachable',
  ],
  handle: async (ctx, { principal: { book }, params: { id }, body, prefer }) => {
    const { otp_code: mailed, totp_code: totp, signer_code: signers } = body
    const codes = [mailed, totp, signers].filter((one) => one !== undefined)
    if (codes.length > 1) throw new AppError('payouts.one_code_at_a_time', {})
    const given =
      mailed !== undefined
        ? ({ kind: 'mailed', text: mailed } as const)
        : totp !== undefined
          ? ({ kind: 'totp', text: totp } as const)
          : undefined
    if (given === undefined && signers === undefined) {
      throw new AppError('payouts.otp_needed', {})
    }
    const passage = await (given === undefined
      ? atSigner(ctx, { book, id, code: signers ?? '' })
      : verify(ctx, { book, id, given }))
    return standingAnswer(ctx, book, { passage, prefer })
  },
})

/** `POST /v1/payouts/:id/resend` */
export const resendPayoutCode = route({
  method: 'POST',
  path: '/v1/payouts/:id/resend',
  summary: 'Send the one-time code again',
  description: 'Another code takes the place of the one before; at most three times.',
  tag: 'Payouts',
  params: idParams,
  reply: {
    202: z.strictObject({
      payout_id: z.string(),
      expires_at: timeText.nullable().describe('Null where no mail can be sent.'),
      resends_left: z.int(),
    }),
  },
  errors: [
    ...SUBJECT_ERRORS,
    'payouts.resend_too_soon',
    'payouts.resend_exhausted',
    'payouts.otp_has_no_way',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, params: { id } }) => {
    const { expiresAt, resendsLeft } = await resendCode(ctx, dbTx, { book, id })
    const expires = expiresAt === undefined ? null : new Date(expiresAt).toISOString()
    return {
      status: 202,
      data: { payout_id: id, expires_at: expires, resends_left: resendsLeft },
    }
  },
})

/** `POST /v1/payouts/:id/approve` */
export const approvePayout = route({
  method: 'POST',
  path: '/v1/payouts/:id/approve',
  summary: 'Approve a payout',
  description:
    'With an approver key other than the one that asked for it. Payouts of a batch are approved together, by the id of the batch.',
  tag: 'Payouts',
  waits: true,
  params: idParams,
  reply: { 200: Standing, 202: Standing },
  errors: [
    ...PASSING_ERRORS,
    'payouts.not_an_approver',
    'payouts.initiator_cannot_approve',
    'payouts.part_of_batch',
  ],
  handle: async (ctx, { principal: { book, keyId }, params: { id }, prefer }) => {
    const passage = await inDbTx(ctx, (dbTx) => approve(ctx, dbTx, { book, id, keyId }))
    return standingAnswer(ctx, book, { passage, prefer })
  },
})

/** `POST /v1/payouts/:id/reject` */
export const rejectPayout = route({
  method: 'POST',
  path: '/v1/payouts/:id/reject',
  summary: 'Reject a payout',
  description:
    'With an approver key. Its money is released at once. Payouts of a batch are rejected together, by the id of the batch.',
  tag: 'Payouts',
  params: idParams,
  reply: { 200: Standing },
  errors: [...SUBJECT_ERRORS, 'payouts.not_an_approver', 'payouts.part_of_batch'],
  handleInDbTx: async (ctx, dbTx, { principal: { book, keyId }, params: { id } }) => {
    await reject(ctx, dbTx, { book, id, keyId })
    const none = { awaiting: [], approvals: 0, approvers: 0 }
    const data = { payout_id: id, status: 'canceled', ...none } as const
    return { status: 200, data }
  },
})

async function atSigner(
  ctx: Pick<ApiCtx, 'db' | 'giveSignerCode'>,
  asked: Parameters<typeof giveSignerCode>[1],
): Promise<Passage> {
  return { kind: 'passed', subjectId: asked.id, payoutIds: await giveSignerCode(ctx, asked) }
}

async function standingAnswer(
  ctx: Pick<ApiCtx, 'db' | 'clock'>,
  book: Book,
  { passage, prefer }: Readonly<{ passage: Passage; prefer: Preference }>,
): Promise<StandingAnswer> {
  const { subjectId } = passage
  const headers =
    prefer.applied === undefined ? {} : { headers: { 'preference-applied': prefer.applied } }
  switch (passage.kind) {
    case 'refused':
      throw new AppError('payouts.policy_refuses_now', { id: subjectId, problem: passage.problem })
    case 'awaiting': {
      const { awaited: awaiting, approvals, approvers } = passage
      const told = { payout_id: subjectId, awaiting: [...awaiting], approvals, approvers }
      return { status: 202, data: { ...told, status: 'pending_verification' }, ...headers }
    }
    case 'passed': {
      const none = { awaiting: [], approvals: 0, approvers: 0 }
      const data = { payout_id: subjectId, status: 'processing', ...none } as const
      const { payoutIds } = passage
      const waitMs = prefer.waitMs ?? VERIFY_WAIT_MS
      const came = await awaitBroadcast(ctx, book, { payoutIds, waitMs })
      if (came === 'canceled') return { status: 200, data: { ...data, status: came }, ...headers }
      return came === 'broadcast'
        ? { status: 200, data, message: DONE, ...headers }
        : { status: 202, data, ...headers }
    }
  }
}
