import { AppError } from '../errors/app-error.ts'
import { knownAsset } from '../money/registry.ts'
import { dollarText } from '../rates/dollars.ts'
import type { Book } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import type { Payout } from './payout.ts'
import {
  countsOthers,
  judge,
  WINDOW_MS,
  type Facts,
  type Policy,
  type Refusal,
  type Standing,
  type Verdict,
} from './policy.ts'
import { listedAmong, sumBefore, type Place } from './policy.store.ts'

/** A payout, or all of a batch, and by which policy it is judged. */
export type ToJudge = Readonly<{
  book: Book
  policy: Policy
  subjectId: string
  payouts: readonly Payout[]
  /** The book's time now. */
  now: Instant
  /** Judged again: payouts that began after these do not count against them. */
  again?: true
}>

/** Reads the facts and judges. */
export async function judgeSubject(db: Queryable, asked: ToJudge): Promise<Verdict> {
  return judge(asked.policy, await factsOf(db, asked))
}

async function factsOf(db: Queryable, asked: ToJudge): Promise<Facts> {
  const { book, policy, subjectId, payouts } = asked
  const isPriced = payouts.every((one) => one.price !== undefined)
  const cents = payouts.reduce((sum, one) => sum + one.worthCents, 0n)
  const begun = Math.max(...payouts.map((one) => one.createdAt))
  const before = countsOthers(policy)
    ? await sumBefore(db, book.bookId, {
        subjectId,
        hourFrom: begun - WINDOW_MS.hour,
        dayFrom: begun - WINDOW_MS.day,
        until: asked.again === true ? begun : undefined,
      })
    : { hour: 0n, day: 0n }
  const destinations = await standingsOf(db, asked)
  return { cents: isPriced ? cents : undefined, before, destinations }
}

async function standingsOf(db: Queryable, asked: ToJudge): Promise<Facts['destinations']> {
  const { book, policy, payouts, now } = asked
  const bound = payouts.filter(({ kind }) => policy.listedOnly.includes(kind))
  if (bound.length === 0) return []
  const places = new Map(bound.map((one) => [nameOf(placeOf(one)), placeOf(one)]))
  const listed = await listedAmong(db, book.bookId, [...places.values()])
  const added = new Map(listed.map((one) => [nameOf(one), one.addedAt]))
  return [...places].map(([name, { address }]) => ({
    destination: address,
    standing: standingSince(added.get(name), policy, now),
  }))
}

function standingSince(addedAt: Instant | undefined, policy: Policy, now: Instant): Standing {
  if (addedAt === undefined) return { kind: 'unlisted' }
  const usableAt = addedAt + policy.cooldownMs
  return now >= usableAt ? { kind: 'usable' } : { kind: 'cooling', usableAt }
}

const placeOf = (payout: Payout): Place => ({
  chain: knownAsset(payout.asset).chain,
  address: payout.destination,
})

const nameOf = ({ chain, address }: Place): string => `${chain}:${address}`

/** A refusal of the policy as it is told. */
export function refusalOf(refusal: Refusal): AppError {
  const { kind } = refusal
  if (kind === 'unlisted') {
    const { destination } = refusal
    return new AppError('payouts.policy_destination_unlisted', { destination })
  }
  if (kind === 'cooling') {
    const usableAt = new Date(refusal.usableAt).toISOString()
    const { destination } = refusal
    return new AppError('payouts.policy_destination_cooling', { destination, usableAt })
  }
  const { limit, cents } = refusal
  if (cents === undefined) return new AppError('payouts.policy_worth_unknown', {})
  const told = { usd: dollarText(cents), fromUsd: dollarText(limit.fromCents) }
  return limit.per === 'payout'
    ? new AppError('payouts.policy_amount_refused', told)
    : new AppError('payouts.policy_velocity_refused', { ...told, window: limit.per })
}
