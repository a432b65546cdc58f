import type { Instant } from '../shell/clock.ts'
import type { Policy } from './policy.ts'

/**
 * How far a change of the policy is: `proposed` until the quorum of the policy in force approved,
 * `waiting` until its delay is over, then `in_force`.
 */
export type PolicyChangeState = 'proposed' | 'waiting' | 'in_force' | 'canceled'

/** A policy that is to take the place of the one in force. */
export type PolicyChange = Readonly<{
  /** `polc_…` */
  changeId: string
  policy: Policy
  proposedBy: string
  /** How many others must approve. */
  approvers: number
  state: PolicyChangeState
  problem: string | undefined
  createdAt: Instant
  effectiveAt: Instant | undefined
  endedAt: Instant | undefined
}>
