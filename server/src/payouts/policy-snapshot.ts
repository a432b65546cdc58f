import { isoTime } from '../events/event.ts'
import type { Instant } from '../shell/clock.ts'
import type { PolicyChange } from './policy-change.ts'
import { policyText } from './policy-text.ts'
import type { PolicyInForce } from './policy.store.ts'

const maybeTime = (at: Instant | undefined): string | null =>
  at === undefined ? null : isoTime(at)

/** A change as answers and events tell of it. @param approvedBy keys that approved it */
export const changeSnapshot = (change: PolicyChange, approvedBy: readonly string[]) => ({
  id: change.changeId,
  state: change.state,
  policy: policyText(change.policy),
  proposed_by: change.proposedBy,
  approvers: change.approvers,
  approved_by: approvedBy,
  problem: change.problem ?? null,
  created_at: isoTime(change.createdAt),
  effective_at: maybeTime(change.effectiveAt),
  ended_at: maybeTime(change.endedAt),
})

/** The policy in force as it is told, with the change of it that is open. */
export const policySnapshot = (
  { policy, version, since }: PolicyInForce,
  change: ReturnType<typeof changeSnapshot> | undefined,
) => ({
  version,
  ...policyText(policy),
  in_force_since: maybeTime(since),
  change: change ?? null,
})
