import type { AssetId, Units } from '../money/units.ts'
import { units } from '../money/units.ts'
import { kindOfPlace, rulingOf, setAsideIn, type ExceptionKind, type Verb } from './exception.ts'
import {
  isPaid,
  judge,
  type Facts,
  type HeldIn,
  type Option,
  type Part,
  type Place,
  type Terms,
} from './payment.ts'
import { placeFinal } from './placement.ts'
import { reprice } from './reprice.ts'
import type { Share } from './share.ts'

/** What custody now knows of a deposit to the payment's address. */
export type DepositFact = Pick<Part, 'depositId' | 'asset' | 'units' | 'level' | 'seenAt'>

/** Coins of a deposit that go from one account of the book to another. */
export type Move = Readonly<{
  depositId: string
  asset: AssetId
  units: Units
  from: HeldIn
  /** What a fork took back after it was spent is made good in `receivable.reverted`. */
  to: HeldIn | 'receivable.reverted'
}>

/** What a fact or a verb makes of a payment: its facts from now on, and coins to be moved. */
export type Transition = Readonly<{ facts: Facts; moves: readonly Move[] }>

/** An exception as the rules see it; the one of kind `short` is about all parts held as short. */
export type Item = Readonly<{ kind: ExceptionKind; depositId: string | undefined }>

/** What somebody decided about an exception. */
export type Resolution = Readonly<{
  verb: Verb
  /** For `credit`: whose wallet gets the coins; absent: the merchant's balance. */
  customerId?: string | undefined
  /** For `reprice`: the whole price in each asset of the exception at today's rate. */
  today?: readonly Option[]
}>

/** Takes in what is now known of a deposit; hearing it again changes nothing. */
export function applyDeposit(terms: Terms, facts: Facts, deposit: DepositFact): Transition {
  const before = facts.parts.find((part) => part.depositId === deposit.depositId)
  const isKnown = before?.level === deposit.level && deposit.level !== 'final'
  if (isKnown || before?.place !== undefined) {
    return deposit.level === 'reverted' && before?.place !== undefined
      ? { facts: withLoss(facts, before), moves: [] }
      : { facts, moves: [] }
  }
  const { depositId, asset, units: amount, level, seenAt } = deposit
  const part: Part = {
    depositId,
    asset,
    units: amount,
    level,
    seenAt,
    mined: before?.mined === true || (level !== 'seen' && level !== 'reverted'),
    place: undefined,
    loss: before?.loss,
  }
  const known = withPart(facts, part)
  if (part.level !== 'final') return { facts: known, moves: [] }
  const place = placeFinal(terms, known, part)
  return releaseShort(terms, withPart(known, { ...part, place, loss: undefined }))
}

/** Carries out a verb that applies to the item's kind, on an item that is open. */
export function applyVerb(
  terms: Terms,
  facts: Facts,
  { item, resolution }: Readonly<{ item: Item; resolution: Resolution }>,
): (Transition & Readonly<{ kind: 'applied' }>) | Readonly<{ kind: 'too_little'; share: Share }> {
  const { verb } = resolution
  const ruling = rulingOf(item.kind, verb) ?? facts.ruling
  if (item.kind === 'reverted') {
    const parts = partsOf(facts, item).map((part): Part => ({ ...part, loss: 'closed' }))
    return { kind: 'applied', ...releaseShort(terms, withParts({ ...facts, ruling }, parts)) }
  }
  const parts = partsOf(facts, item)
  const places = placesAfter(terms, facts, { parts, resolution })
  if (places.kind === 'too_little') return places
  const moved = parts.map((part): Part => ({ ...part, place: places.of(part) }))
  const released = releaseShort(terms, withParts({ ...facts, ruling }, moved))
  const moves = parts.flatMap((part) => movesBetween(part, places.of(part)))
  return { kind: 'applied', facts: released.facts, moves: [...moves, ...released.moves] }
}

/** The parts that an open item is about. */
export function partsOf(facts: Facts, item: Item): readonly Part[] {
  return item.kind === 'short'
    ? facts.parts.filter((part) => part.place?.heldIn === 'exceptions.short')
    : facts.parts.filter((part) => part.depositId === item.depositId)
}

/** The items that these facts leave open: what waits in an account of an exception is one. */
export function openItems(terms: Terms, facts: Facts, now: number): readonly Item[] {
  const items = facts.parts.flatMap(({ depositId, place, loss }): Item[] => {
    if (loss === 'open') return [{ kind: 'reverted', depositId }]
    const kind = kindOfPlace(place?.heldIn)
    return kind === undefined || kind === 'short' ? [] : [{ kind, depositId }]
  })
  const { isShort } = judge(terms, facts, now)
  return isShort ? [...items, { kind: 'short', depositId: undefined }] : items
}

type Places =
  | Readonly<{ kind: 'places'; of: (part: Part) => Place }>
  | Readonly<{ kind: 'too_little'; share: Share }>

function placesAfter(
  terms: Terms,
  facts: Facts,
  { parts, resolution }: Readonly<{ parts: readonly Part[]; resolution: Resolution }>,
): Places {
  const { verb } = resolution
  const merchants = ({ units: all }: Part): Place => ({
    available: all,
    held: units(0n),
    heldIn: undefined,
  })
  if (verb === 'accept') return { kind: 'places', of: merchants }
  if (verb === 'reprice') {
    const repriced = reprice(terms, facts, { parts, today: resolution.today ?? [] })
    if (repriced.kind === 'too_little') return repriced
    return {
      kind: 'places',
      of: (part) => repriced.places.get(part.depositId) ?? merchants(part),
    }
  }
  const heldIn = setAsideIn(verb, resolution.customerId)
  const aside = ({ units: all, place }: Part): Place => ({
    available: place?.available ?? units(0n),
    held: place?.held ?? all,
    heldIn,
  })
  return { kind: 'places', of: aside }
}

function movesBetween(part: Part, after: Place): readonly Move[] {
  const { depositId, asset, place: before } = part
  if (before?.heldIn === undefined) return []
  const from = before.heldIn
  const toMerchant = units(after.available - before.available)
  const elsewhere = after.heldIn === undefined || after.heldIn === from ? 0n : after.held
  const all: readonly Move[] = [
    { depositId, asset, units: toMerchant, from, to: 'merchant.available' },
    { depositId, asset, units: units(elsewhere), from, to: after.heldIn ?? from },
  ]
  return all.filter((move) => move.units > 0n)
}

// Once a payment is paid, nothing of it is too little any more.
function releaseShort(terms: Terms, facts: Facts): Transition {
  if (!isPaid(terms, facts)) return { facts, moves: [] }
  const short = facts.parts.filter((part) => part.place?.heldIn === 'exceptions.short')
  const released = short.map((part): Part => ({
    ...part,
    place: { available: part.units, held: units(0n), heldIn: undefined },
  }))
  const moves = short.map(({ depositId, asset, units: all }): Move => ({
    depositId,
    asset,
    units: all,
    from: 'exceptions.short',
    to: 'merchant.available',
  }))
  return { facts: withParts(facts, released), moves }
}

// A decision that rested on coins which are gone is open again.
function withLoss(facts: Facts, part: Part): Facts {
  const rested = facts.ruling === 'accepted' && (part.place?.available ?? 0n) > 0n
  return {
    ...withPart(facts, { ...part, level: 'reverted', place: undefined, loss: 'open' }),
    ruling: rested ? undefined : facts.ruling,
  }
}

const withPart = (facts: Facts, part: Part): Facts =>
  facts.parts.some((one) => one.depositId === part.depositId)
    ? withParts(facts, [part])
    : { ...facts, parts: [...facts.parts, part] }

function withParts(facts: Facts, changed: readonly Part[]): Facts {
  const byId = new Map(changed.map((part) => [part.depositId, part]))
  return { ...facts, parts: facts.parts.map((part) => byId.get(part.depositId) ?? part) }
}
