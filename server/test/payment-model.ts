import assert from 'node:assert/strict'
import fc from 'fast-check'
import { units, type AssetId } from '../src/money/units.ts'
import { VERBS_OF } from '../src/payments/exception.ts'
import { judge, type Facts, type HeldIn, type Terms } from '../src/payments/payment.ts'
import {
  applyDeposit,
  applyVerb,
  openItems,
  type DepositFact,
  type Resolution,
  type Transition,
} from '../src/payments/transition.ts'

// The price is 2 000 points: a unit of tether is 2 points, a unit of ether 5. One percent of the
// price may be missing when tether was used, nothing when only ether was.
const POINTS: Readonly<Record<string, bigint>> = { tether: 2n, ether: 5n, other: 0n }
const PRICE = 2_000n
/** When the modelled payment ends. */
export const END = 1_000
/** An asset of the model by its short name. */
export const id = (name: string) => name as AssetId
/** What the modelled payment asks for. */
export const terms: Terms = {
  options: [
    { asset: id('tether'), due: units(1_000n), tolerated: units(10n) },
    { asset: id('ether'), due: units(400n), tolerated: units(0n) },
  ],
  expiresAt: END,
}

type Level = DepositFact['level']

/** The levels of a deposit on its way up. */
export const LADDER: readonly Level[] = ['seen', 'confirmed', 'safe', 'final']

/** The real payment, its time, and a book kept apart from it by what it tells the ledger. */
export class Real {
  facts: Facts = { parts: [], claimedAt: undefined, ruling: undefined }
  now = 0
  readonly book = new Map<string, bigint>()

  take({ facts, moves }: Transition): void {
    for (const part of facts.parts) {
      const before = this.facts.parts.find((one) => one.depositId === part.depositId)
      if (part.place === undefined || before?.place !== undefined) continue
      // What custody is told: where the coins go now that they are final. Parts that are moved on
      // in the same breath were final before.
      this.add('merchant.available', part.asset, part.place.available)
      if (part.place.heldIn) this.add(part.place.heldIn, part.asset, part.place.held)
    }
    for (const move of moves) {
      this.add(move.from, move.asset, -move.units)
      this.add(move.to, move.asset, move.units)
    }
    this.facts = facts
  }

  add(account: string, asset: string, change: bigint): void {
    const key = `${account} ${asset}`
    this.book.set(key, (this.book.get(key) ?? 0n) + change)
  }

  balance(account: HeldIn, asset: string): bigint {
    return this.book.get(`${account} ${asset}`) ?? 0n
  }
}

/** The small model: what came in time and counts, in points, and what people decided. */
export type Model = {
  deposits: Map<string, { asset: string; amount: bigint; level: Level; seenAt: number }>
  accepted: boolean
  declined: boolean
  touched: boolean
}

const inTime = (model: Model, final: boolean): bigint =>
  [...model.deposits.values()]
    .filter(({ seenAt, level }) => seenAt < END && (final ? level === 'final' : true))
    .reduce((sum, { asset, amount }) => sum + amount * (POINTS[asset] ?? 0n), 0n)

const isEnough = (model: Model, final: boolean): boolean => {
  const usedTether = [...model.deposits.values()].some(
    ({ asset, seenAt, level }) =>
      asset === 'tether' && seenAt < END && (final ? level === 'final' : true),
  )
  return inTime(model, final) >= PRICE - (usedTether ? 20n : 0n)
}

/** Coins are seen. */
export class Arrives implements fc.Command<Model, Real> {
  readonly asset: string
  readonly amount: bigint
  constructor(asset: string, amount: bigint) {
    this.asset = asset
    this.amount = amount
  }
  check = () => true
  run(model: Model, real: Real): void {
    const depositId = `dep_${model.deposits.size}`
    const { asset, amount } = this
    model.deposits.set(depositId, { asset, amount, level: 'seen', seenAt: real.now })
    tell(model, real, depositId)
  }
  toString = () => `${this.amount} ${this.asset} are seen`
}

/** A deposit comes one level further. */
export class Climbs implements fc.Command<Model, Real> {
  readonly pick: number
  constructor(pick: number) {
    this.pick = pick
  }
  check = (model: Readonly<Model>) => model.deposits.size > 0
  run(model: Model, real: Real): void {
    const [depositId, deposit] = [...model.deposits][this.pick % model.deposits.size] ?? []
    if (depositId === undefined || deposit === undefined) return
    deposit.level = LADDER[LADDER.indexOf(deposit.level) + 1] ?? 'final'
    tell(model, real, depositId)
  }
  toString = () => `deposit ${this.pick} climbs`
}

/** Time passes. */
export class Passes implements fc.Command<Model, Real> {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
  check = () => true
  run(model: Model, real: Real): void {
    real.now += this.ms
    verify(model, real)
  }
  toString = () => `${this.ms} ms pass`
}

/** Somebody decides about an exception that is open. */
export class Decides implements fc.Command<Model, Real> {
  readonly pick: number
  readonly choice: number
  readonly customerId: string | undefined
  constructor(pick: number, choice: number, customerId: string | undefined) {
    this.pick = pick
    this.choice = choice
    this.customerId = customerId
  }
  check = () => true
  run(model: Model, real: Real): void {
    const items = openItems(terms, real.facts, real.now)
    const item = items[this.pick % Math.max(1, items.length)]
    if (item === undefined) return
    const verbs = VERBS_OF[item.kind]
    const verb = verbs[this.choice % verbs.length] ?? 'ignore'
    const today = [...terms.options, { asset: id('other'), due: units(7n), tolerated: units(0n) }]
    const resolution: Resolution = { verb, customerId: this.customerId, today }
    const result = applyVerb(terms, real.facts, { item, resolution })
    if (result.kind === 'too_little') return verify(model, real)
    model.touched = true
    if ((verb === 'accept' || verb === 'reprice') && item.kind !== 'long') model.accepted = true
    real.take(result)
    const still = openItems(terms, real.facts, real.now)
    assert.ok(
      !still.some((one) => one.kind === item.kind && one.depositId === item.depositId),
      'a decided exception is closed',
    )
    verify(model, real)
  }
  toString = () => `exception ${this.pick}: verb ${this.choice} ${this.customerId ?? ''}`
}

// Tells the payment of a deposit, twice: hearing it again must change nothing.
function tell(model: Model, real: Real, depositId: string): void {
  const deposit = model.deposits.get(depositId)
  assert.ok(deposit)
  const fact: DepositFact = {
    depositId,
    asset: id(deposit.asset),
    units: units(deposit.amount),
    level: deposit.level,
    seenAt: deposit.seenAt,
  }
  real.take(applyDeposit(terms, real.facts, fact))
  const again = applyDeposit(terms, real.facts, fact)
  assert.deepEqual(again, { facts: real.facts, moves: [] })
  verify(model, real)
}

function verify(model: Model, real: Real): void {
  const accounts = [...real.book.values()]
  assert.ok(
    accounts.every((balance) => balance >= 0n),
    'no account is overdrawn',
  )
  for (const asset of ['tether', 'ether', 'other']) verifyConservation(model, real, asset)
  const standing = judge(terms, real.facts, real.now)
  if (standing.status === 'confirmed') {
    assert.ok(model.accepted || isEnough(model, true), 'confirmed without enough')
    assert.equal(real.balance('exceptions.short', 'tether'), 0n)
    assert.equal(real.balance('exceptions.short', 'ether'), 0n)
  }
  if (model.touched) return
  verifyUntouched(model, real, standing.status)
}

// Every final coin lies in exactly one account, and the payment knows in which.
function verifyConservation(model: Model, real: Real, asset: string): void {
  const final = [...model.deposits.values()].filter(
    (deposit) => deposit.asset === asset && deposit.level === 'final',
  )
  const came = final.reduce((sum, deposit) => sum + deposit.amount, 0n)
  const booked = [...real.book]
    .filter(([key]) => key.endsWith(` ${asset}`))
    .reduce((sum, [, balance]) => sum + balance, 0n)
  assert.equal(booked, came, 'what is booked is what came')
  const known = new Map<string, bigint>()
  for (const { place, asset: of } of real.facts.parts) {
    if (of !== asset || place === undefined) continue
    known.set('merchant.available', (known.get('merchant.available') ?? 0n) + place.available)
    if (place.heldIn) known.set(place.heldIn, (known.get(place.heldIn) ?? 0n) + place.held)
  }
  for (const [account, balance] of known) {
    assert.equal(real.book.get(`${account} ${asset}`) ?? 0n, balance, `${account} ${asset}`)
  }
}

// As long as nobody decided anything, points tell the whole story.
function verifyUntouched(model: Model, real: Real, status: string): void {
  const merchant =
    real.balance('merchant.available', 'tether') * 2n +
    real.balance('merchant.available', 'ether') * 5n
  const expected = isEnough(model, true)
    ? 'confirmed'
    : isEnough(model, false)
      ? 'confirming'
      : real.now < END
        ? 'awaiting'
        : 'expired'
  assert.equal(status, expected)
  if (expected !== 'confirmed') assert.equal(merchant, 0n, 'the merchant has what is not paid')
  const came = inTime(model, true)
  // The excess is cut to whole units: the merchant keeps less than one unit of it.
  if (expected === 'confirmed' && came >= PRICE) {
    assert.ok(merchant >= PRICE && merchant < PRICE + 5n, `the merchant has ${merchant} points`)
  }
}
