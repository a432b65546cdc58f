import { z } from 'zod'
import { parseUnits } from '../money/amount.ts'
import { AppError } from '../errors/app-error.ts'
import { dollarText } from '../rates/dollars.ts'
import type { Policy } from './policy.ts'

const CENT_DECIMALS = 2
const HOUR_MS = 3_600_000
const HOURS_MAX = 30 * 24

/** A policy as it is asked for, answered and stored; dollars are decimal text. */
export type PolicyText = z.infer<typeof PolicyText>

const hours = z.int().min(0).max(HOURS_MAX)

/** The form of a policy's text. */
export const PolicyText = z.strictObject({
  limits: z
    .array(
      z.strictObject({
        per: z.enum(['payout', 'hour', 'day']),
        from_usd: z.string(),
        then: z.enum(['approval', 'refuse']),
      }),
    )
    .max(20),
  approvers: z.int().min(0).max(10),
  listed_only: z.array(z.enum(['payout', 'withdrawal', 'refund'])).max(3),
  cooldown_hours: hours,
  change_delay_hours: hours,
})

/** Reads a policy. @throws payouts.payout_policy_invalid */
export function readPolicy(text: PolicyText): Policy {
  const limits = text.limits.map(({ per, from_usd: fromUsd, then }) => {
    return { per, then, fromCents: centsIn(fromUsd) }
  })
  const asks = limits.some(({ then }) => then === 'approval')
  if (asks && text.approvers === 0) throw invalid('a limit asks for approval, and `approvers` is 0')
  return {
    limits,
    approvers: text.approvers,
    listedOnly: text.listed_only,
    cooldownMs: text.cooldown_hours * HOUR_MS,
    changeDelayMs: text.change_delay_hours * HOUR_MS,
  }
}

/** A policy as text. */
export const policyText = (policy: Policy): PolicyText => ({
  limits: policy.limits.map(({ per, fromCents, then }) => {
    return { per, from_usd: dollarText(fromCents), then }
  }),
  approvers: policy.approvers,
  listed_only: [...policy.listedOnly],
  cooldown_hours: policy.cooldownMs / HOUR_MS,
  change_delay_hours: policy.changeDelayMs / HOUR_MS,
})

function centsIn(fromUsd: string): bigint {
  try {
    return parseUnits(fromUsd, CENT_DECIMALS)
  } catch (cause) {
    throw invalid(`${fromUsd} is no amount of dollars`, cause)
  }
}

const invalid = (problem: string, cause?: unknown): AppError =>
  new AppError('payouts.payout_policy_invalid', { problem }, { cause })
