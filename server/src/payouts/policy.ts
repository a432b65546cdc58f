import type { PayoutKind } from './payout.ts'

/** What a limit counts: one payout (all of a batch are one), or all of the time before it. */
export type Per = 'payout' | 'hour' | 'day'

/** From how many cents on (reaching them counts) somebody must approve, or nothing goes. */
export type Limit = Readonly<{ per: Per; fromCents: bigint; then: 'approval' | 'refuse' }>

/** What an organization has settled about its payouts. */
export type Policy = Readonly<{
  limits: readonly Limit[]
  /** How many others must approve what needs approval, and every change of the policy. */
  approvers: number
  /** Kinds of payouts that may go to listed destinations only. */
  listedOnly: readonly PayoutKind[]
  /** How long a destination is listed before it is usable. */
  cooldownMs: number
  /** How long a change of the policy waits after it was approved. */
  changeDelayMs: number
}>

/** From 5 000 dollars on a payout needs a one-time code, whatever the policy says. */
export const CODE_FROM_CENTS = 500_000n

const HOUR_MS = 3_600_000

/** What counts for `hour` and `day`, in ms before a payout; its own begin is not in it. */
export const WINDOW_MS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const

/** The policy of a new organization: nothing but the code from 5 000 dollars on. */
export const firstPolicy: Policy = {
  limits: [],
  approvers: 0,
  listedOnly: [],
  cooldownMs: 24 * HOUR_MS,
  changeDelayMs: 24 * HOUR_MS,
}

/** Where a destination stands in the list; `cooling` until it has been there for long enough. */
export type Standing =
  | Readonly<{ kind: 'usable' }>
  | Readonly<{ kind: 'unlisted' }>
  | Readonly<{ kind: 'cooling'; usableAt: number }>

/** What is known of a payout, or of a batch as a whole, when it is judged. */
export type Facts = Readonly<{
  /** Whole cents, a batch's all together; absent where there was no price for some of it. */
  cents: bigint | undefined
  /** Cents of the book's other payouts in the hour and the day before. */
  before: Readonly<{ hour: bigint; day: bigint }>
  /** Where it goes, as far as listing matters for its kind. */
  destinations: readonly Readonly<{ destination: string; standing: Standing }>[]
}>

/** Why nothing goes. `cents`: what counted together; absent without a price. */
export type Refusal =
  | Readonly<{ kind: 'limit'; limit: Limit; cents: bigint | undefined }>
  | Readonly<{ kind: 'unlisted'; destination: string }>
  | Readonly<{ kind: 'cooling'; destination: string; usableAt: number }>

/** What is required before it goes: a code, and so many approvals; or that it does not go. */
export type Verdict =
  | Readonly<{ kind: 'allowed'; code: boolean; approvers: number }>
  | Readonly<{ kind: 'refused'; refusal: Refusal }>

/** What the policy says. A worth that nobody knows reaches every limit. */
export function judge(policy: Policy, facts: Facts): Verdict {
  const where = destinationRefusal(facts)
  if (where !== undefined) return { kind: 'refused', refusal: where }
  const reached = policy.limits.filter((limit) => reaches(limit, facts))
  const limit = reached.find((one) => one.then === 'refuse')
  if (limit !== undefined) {
    return { kind: 'refused', refusal: { kind: 'limit', limit, cents: countedBy(limit, facts) } }
  }
  return {
    kind: 'allowed',
    code: facts.cents === undefined || facts.cents >= CODE_FROM_CENTS,
    approvers: reached.length > 0 ? policy.approvers : 0,
  }
}

/** The verdict that asks for all that either asks for. */
export function stricter(a: Verdict, b: Verdict): Verdict {
  if (a.kind === 'refused') return a
  if (b.kind === 'refused') return b
  return {
    kind: 'allowed',
    code: a.code || b.code,
    approvers: Math.max(a.approvers, b.approvers),
  }
}

/** Whether judging must wait for others of the book that are judged at the same time. */
export const countsOthers = ({ limits }: Policy): boolean =>
  limits.some(({ per }) => per !== 'payout')

function countedBy({ per }: Limit, { cents, before }: Facts): bigint | undefined {
  if (cents === undefined) return undefined
  return per === 'payout' ? cents : cents + before[per]
}

function reaches(limit: Limit, facts: Facts): boolean {
  const counted = countedBy(limit, facts)
  return counted === undefined || counted >= limit.fromCents
}

function destinationRefusal({ destinations }: Facts): Refusal | undefined {
  for (const { destination, standing } of destinations) {
    if (standing.kind === 'unlisted') return { kind: 'unlisted', destination }
    if (standing.kind === 'cooling') return { ...standing, destination }
  }
  return undefined
}
