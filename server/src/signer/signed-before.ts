import { units, type Units } from '../money/units.ts'
import type { SpentToday } from './judge.ts'
import type { LogLine } from './log-line.ts'

/** Both for caps and for waiting after a lost log. */
export const DAY_MS = 86_400_000

const HOUR_MS = 3_600_000
/** Intents are known again for this long. */
const REMEMBERED_MS = 400 * DAY_MS
/** Spendings older than a day that may lie in memory. */
const OUTDATED_MAX = 1_000
const WRONG_CODES_PER_HOUR = 5
const REFUSALS_PER_HOUR = 100

/** A transaction that was signed: its hash, what it uses up, and what it pays; units as text. */
export type SignedTransaction = Readonly<{
  txHash: string
  slots: readonly string[]
  payments: readonly Readonly<{ to: string; asset: string; units: string }>[]
}>

/** The first signature of an intent, and the highest fee of all its transactions. */
export type SignedIntent = Readonly<{
  meaning: string
  slots: readonly string[]
  feeMax: Units
  at: number
  /** Every transaction that was signed for it, the first one first. */
  transactions: readonly SignedTransaction[]
}>

/** What follows from the log's lines, kept in memory. */
export type SignedBefore = Readonly<{
  /** Takes the next line in. */
  take: (line: LogLine) => void
  /** The newest line's time: time never goes back behind it. */
  newestAt: () => number
  intent: (id: string) => SignedIntent | undefined
  /** Under which intent, by `nameOfIntent`, something with this name was paid. */
  intentOf: (payment: string) => string | undefined
  spentToday: (now: number) => SpentToday
  usedStep: () => number
  isCodeLocked: (now: number) => boolean
  /** Whether another refusal may be logged: nobody fills the disk by asking. */
  mayLogRefusal: (now: number) => boolean
  /** Epoch ms until which nothing real is signed, since the log was lost. */
  waitsUntil: () => number
}>

type Spending = Readonly<{ at: number; name: string; units: Units; isCoded: boolean }>

/** What an intent is about: `po_1` and `po_1:2`, which is made anew, are the same. */
export const nameOfIntent = (id: string): string => id.replace(/:\d+$/, '')

/** Begins with an empty log. */
export function createSignedBefore(): SignedBefore {
  const intents = new Map<string, SignedIntent>()
  const paid = new Map<string, Readonly<{ intent: string; at: number }>>()
  const spendings: Spending[] = []
  let wrongCodes: number[] = []
  let refusals: number[] = []
  let [newestAt, usedStep, waitsUntil] = [0, -1, 0]
  const takeSigned = (line: LogLine, facts: Extract<LogLine['facts'], { kind: 'signed' }>) => {
    const { intent, meaning, slots, codeStep, txHash } = facts
    const first = intents.get(intent)
    const fee = units(BigInt(facts.feeMax))
    const feeMax = first !== undefined && first.feeMax > fee ? first.feeMax : fee
    const before = first?.transactions.filter((one) => one.txHash !== txHash) ?? []
    const payments = facts.payments.map(({ to, asset, units }) => ({ to, asset, units }))
    const transactions = [...before, { txHash, slots, payments }]
    intents.set(intent, { meaning, slots, at: line.at, ...first, feeMax, transactions })
    for (const { name } of facts.payments) {
      if (name !== undefined) paid.set(name, { intent: nameOfIntent(intent), at: line.at })
    }
    forget(intents, line.at - REMEMBERED_MS)
    forget(paid, line.at - REMEMBERED_MS)
    const outdated = spendings.findIndex(({ at }) => at > line.at - DAY_MS)
    // In lots: taking each one out by itself moves all others every time.
    if (outdated > OUTDATED_MAX) spendings.splice(0, outdated)
    if (outdated < 0) spendings.length = 0
    for (const count of facts.counts) {
      const isCoded = codeStep !== undefined
      spendings.push({ at: line.at, name: count.name, units: units(BigInt(count.units)), isCoded })
    }
    usedStep = Math.max(usedStep, codeStep ?? -1)
  }
  const recent = (times: readonly number[], now: number): number[] =>
    times.filter((at) => at > now - HOUR_MS)
  return {
    take: (line) => {
      newestAt = Math.max(newestAt, line.at)
      const { facts } = line
      if (facts.kind === 'signed') takeSigned(line, facts)
      if (facts.kind === 'wrong_code') wrongCodes = [...recent(wrongCodes, line.at), line.at]
      if (facts.kind === 'refused') refusals = [...recent(refusals, line.at), line.at]
      if (facts.kind === 'begun' && facts.waits) waitsUntil = line.at + DAY_MS
    },
    newestAt: () => newestAt,
    intent: (id) => intents.get(id),
    intentOf: (payment) => paid.get(payment)?.intent,
    spentToday: (now) => (name) => sumToday(spendings, name, now),
    usedStep: () => usedStep,
    isCodeLocked: (now) => recent(wrongCodes, now).length >= WRONG_CODES_PER_HOUR,
    mayLogRefusal: (now) => recent(refusals, now).length < REFUSALS_PER_HOUR,
    waitsUntil: () => waitsUntil,
  }
}

/** The oldest come first in a map. */
function forget(known: Map<string, Readonly<{ at: number }>>, until: number): void {
  for (const [name, { at }] of known) {
    if (at > until) return
    known.delete(name)
  }
}

/** From the newest backwards: what is older than a day ends it. */
function sumToday(
  spendings: readonly Spending[],
  name: string,
  now: number,
): Readonly<{ units: Units; uncoded: Units }> {
  let [sum, uncoded] = [0n, 0n]
  for (let place = spendings.length - 1; place >= 0; place -= 1) {
    const one = spendings[place]
    if (one === undefined || one.at <= now - DAY_MS) break
    if (one.name !== name) continue
    sum += one.units
    if (!one.isCoded) uncoded += one.units
  }
  return { units: units(sum), uncoded: units(uncoded) }
}
