import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssetId } from '../money/units.ts'
import { units } from '../money/units.ts'
import { CLAIM_WATCH_MS, judge, received, type Facts, type Part, type Terms } from './payment.ts'
import { applyDeposit, openItems, type DepositFact } from './transition.ts'

const tether = 'eip155:56/erc20:0x55d398326f99059ff775485246999027b3197955' as AssetId
const bitcoin = 'bip122:000000000019d6689c085ae165831e93/slip44:0' as AssetId
const foreign = 'eip155:137/erc20:0x55d398326f99059ff775485246999027b3197955' as AssetId

const END = 3_600_000
const terms: Terms = {
  options: [
    { asset: tether, due: units(1_000n), tolerated: units(10n) },
    { asset: bitcoin, due: units(30n), tolerated: units(0n) },
  ],
  expiresAt: END,
}
const nothing: Facts = { parts: [], claimedAt: undefined, ruling: undefined }

const deposit = (change: Partial<DepositFact> = {}): DepositFact => ({
  depositId: 'dep_1',
  asset: tether,
  units: units(1_000n),
  level: 'final',
  seenAt: 1,
  ...change,
})

const after = (...deposits: readonly DepositFact[]): Facts =>
  deposits.reduce((facts, one) => applyDeposit(terms, facts, one).facts, nothing)

const standing = (facts: Facts, now: number): string => {
  const { status, exception } = judge(terms, facts, now)
  return `${status}/${exception}`
}

const places = (facts: Facts): readonly Part['place'][] => facts.parts.map((part) => part.place)

/** Seen to fail with `<=` for `<` in `statusOf`, in `kindOf`, in `countedUnits` and in `dueAt`. */
test('the last millisecond before the end counts, and the end itself does not', () => {
  assert.equal(standing(nothing, END - 1), 'awaiting/none')
  assert.equal(standing(nothing, END), 'expired/none')
  assert.equal(standing(after(deposit({ seenAt: END - 1 })), END), 'confirmed/none')
  assert.equal(standing(after(deposit({ seenAt: END })), END), 'expired/late')
  assert.equal(standing(after(deposit({ seenAt: END, level: 'seen' })), END), 'expired/late')
  assert.equal(judge(terms, nothing, END - 1).dueAt, END)
  assert.equal(judge(terms, nothing, END).dueAt, undefined)
})

/** Seen to fail with `tolerated` left out, and with `due - tolerated - 1`. */
test('what is tolerated may be missing, and not one unit more', () => {
  const last = (amount: bigint, level: DepositFact['level']) =>
    standing(after(deposit({ units: units(amount), level })), END - 1)
  assert.equal(last(990n, 'final'), 'confirmed/none')
  assert.equal(last(989n, 'final'), 'awaiting/underpaid')
  assert.equal(last(990n, 'seen'), 'confirming/none')
  assert.equal(last(989n, 'seen'), 'awaiting/underpaid')
})

test('one unit more than the price is separated, and the price itself is not', () => {
  assert.deepEqual(places(after(deposit({ units: units(1_000n) }))), [
    { available: 1_000n, held: 0n, heldIn: undefined },
  ])
  const long = after(deposit({ units: units(1_001n) }))
  assert.deepEqual(places(long), [{ available: 1_000n, held: 1n, heldIn: 'exceptions.long' }])
  assert.equal(standing(long, 5), 'confirmed/overpaid')
})

test('being seen in time stops the clock until the coins are final', () => {
  const seen = after(deposit({ level: 'seen', seenAt: END - 1 }))
  assert.equal(standing(seen, END + 86_400_000), 'confirming/none')
  const final = applyDeposit(terms, seen, deposit({ seenAt: END - 1 })).facts
  assert.equal(standing(final, END + 86_400_000), 'confirmed/none')
})

test('coins that were seen and vanish again let the payment expire', () => {
  const seen = after(deposit({ level: 'seen' }), deposit({ level: 'reverted' }))
  assert.equal(standing(seen, END - 1), 'awaiting/none')
  assert.equal(standing(seen, END), 'expired/none')
})

test('a block that a fork takes away is told as reverted, until it comes again', () => {
  const gone = after(deposit({ level: 'confirmed' }), deposit({ level: 'reverted' }))
  assert.equal(standing(gone, 5), 'awaiting/reverted')
  const again = applyDeposit(terms, gone, deposit({ level: 'confirmed' })).facts
  assert.equal(standing(again, 5), 'confirming/none')
})

test('coins lost after they were final leave the payment unpaid and an exception open', () => {
  const lost = after(deposit(), deposit({ level: 'reverted' }))
  assert.equal(standing(lost, 5), 'awaiting/reverted')
  assert.deepEqual(openItems(terms, lost, 5), [{ kind: 'reverted', depositId: 'dep_1' }])
  const again = applyDeposit(terms, lost, deposit()).facts
  assert.equal(standing(again, 5), 'confirmed/none')
  assert.deepEqual(openItems(terms, again, 5), [])
})

test('parts in several assets add up by their shares of the price', () => {
  const half = deposit({ units: units(500n) })
  const facts = after(half, deposit({ depositId: 'dep_2', asset: bitcoin, units: units(15n) }))
  assert.equal(standing(facts, 5), 'confirmed/none')
  const less = after(half, deposit({ depositId: 'dep_2', asset: bitcoin, units: units(14n) }))
  assert.equal(standing(less, 5), 'awaiting/underpaid')
  assert.deepEqual(places(less)[1], { available: 0n, held: 14n, heldIn: 'exceptions.short' })
})

test('what was received is told in the asset in which the most came', () => {
  const facts = after(
    deposit({ units: units(400n) }),
    deposit({ depositId: 'dep_2', asset: bitcoin, units: units(15n) }),
  )
  const told = received(terms, facts)
  assert.equal(told?.option.asset, bitcoin)
  assert.equal(told?.units, 27n)
})

test('too little at the end is one open exception, and a top-up in time closes it', () => {
  const short = after(deposit({ units: units(600n) }))
  assert.deepEqual(openItems(terms, short, END - 1), [])
  assert.deepEqual(openItems(terms, short, END), [{ kind: 'short', depositId: undefined }])
  assert.equal(standing(short, END), 'expired/underpaid')
  const topUp = applyDeposit(terms, short, deposit({ depositId: 'dep_2', units: units(400n) }))
  assert.deepEqual(openItems(terms, topUp.facts, END), [])
  assert.equal(topUp.moves.length, 1)
  assert.equal(standing(topUp.facts, END), 'confirmed/none')
})

test('an asset nobody asked for is foreign, in time or not', () => {
  const facts = after(deposit({ asset: foreign }))
  assert.equal(standing(facts, 5), 'awaiting/wrong_asset')
  assert.deepEqual(openItems(terms, facts, 5), [{ kind: 'foreign', depositId: 'dep_1' }])
})

test('coins seen after the end of a payment that is paid wait for nobody', () => {
  const facts = after(deposit(), deposit({ depositId: 'dep_2', seenAt: END + 1 }))
  assert.equal(standing(facts, END + 2), 'confirmed/overpaid')
  assert.deepEqual(openItems(terms, facts, END + 2), [{ kind: 'unmatched', depositId: 'dep_2' }])
})

/** Seen to fail when `statusOf` forgot the watch (`expired` at the end of the quote). */
test('a claim keeps the payment waiting for 24 hours, and only then it has failed', () => {
  const claimed: Facts = { ...nothing, claimedAt: 1_000 }
  assert.equal(standing(claimed, END), 'awaiting/none')
  assert.equal(judge(terms, claimed, END).dueAt, 1_000 + CLAIM_WATCH_MS)
  assert.equal(standing(claimed, 999 + CLAIM_WATCH_MS), 'awaiting/none')
  assert.equal(standing(claimed, 1_000 + CLAIM_WATCH_MS), 'failed/none')
})

test('a claim after the end does not reopen the payment', () => {
  const claimed: Facts = { ...nothing, claimedAt: END }
  assert.equal(standing(claimed, END), 'expired/none')
  assert.equal(standing(claimed, END + CLAIM_WATCH_MS), 'failed/none')
})

test('a claim never makes a payment fail for which money came', () => {
  const facts: Facts = { ...after(deposit({ units: units(5n) })), claimedAt: 1 }
  assert.equal(standing(facts, END + CLAIM_WATCH_MS), 'expired/underpaid')
})
