import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  BTC,
  bitcoinPolicy,
  codeSecret,
  effectsOf,
  ownKey,
  signingRequest,
  signingWorld,
  stranger,
} from '../../test/signing-world.ts'
import { units } from '../money/units.ts'
import { codeAt } from '../totp/totp.ts'

const BITCOIN = 100_000_000n
const DAY = 86_400_000
const shop = stranger('shop')

/** Planted faults, one each: replacements counted anew; any shared slot suffices; other payments. */
test('an intent is counted once, and signed again only where one of both can be mined', () => {
  using world = signingWorld(bitcoinPolicy({ perTransaction: '1', perDay: '1' }))
  const ask = (
    slots: readonly string[],
    said: Readonly<Record<string, unknown>> = {},
    feeMax = 1_000n,
  ): string =>
    world.outcome(
      signingRequest(
        effectsOf([{ to: shop, units: BITCOIN }], { slots, feeMax: units(feeMax) }),
        said,
      ),
    )
  assert.equal(ask(['input:1', 'input:2']), 'signed')
  assert.equal(ask(['input:1', 'input:2']), 'signed')
  assert.equal(ask(['input:2', 'input:1', 'input:3'], {}, 2_000n), 'signed')
  assert.equal(ask(['input:1']), 'signer.intent_reused')
  assert.equal(ask(['input:4', 'input:5']), 'signer.intent_reused')
  const other = effectsOf([{ to: stranger('other'), units: BITCOIN }], {
    slots: ['input:1', 'input:2'],
  })
  assert.equal(world.outcome(signingRequest(other)), 'signer.intent_reused')
  world.restart()
  assert.equal(ask(['input:1', 'input:2']), 'signed')
  assert.equal(ask(['input:9'], { id: 'po_2' }), 'signer.cap_exceeded')
  world.advance(DAY)
  assert.equal(ask(['input:9'], { id: 'po_2' }), 'signed')
})

/** Planted faults: only the first payment's name kept; names forgotten by a restart. */
test('what has a name is paid under one intent, whatever else is paid with it', () => {
  using world = signingWorld()
  const ask = (id: string, names: readonly string[], slot: string): string => {
    const moves = names.map((name) => ({ to: stranger(name), units: 500n }))
    const payments = moves.map(({ to, units }, place) => {
      return { to, asset: BTC, units: `${units}`, name: names[place] }
    })
    return world.outcome(signingRequest(effectsOf(moves, { slots: [slot] }), { id, payments }))
  }
  assert.equal(ask('out_1', ['one', 'two'], 'input:1'), 'signed')
  assert.equal(ask('out_2', ['two'], 'input:2'), 'signer.payment_reused')
  assert.equal(ask('out_2', ['three', 'one'], 'input:2'), 'signer.payment_reused')
  world.restart()
  assert.equal(ask('out_2', ['two'], 'input:2'), 'signer.payment_reused')
  assert.equal(ask('out_2', ['three'], 'input:2'), 'signed')
  // The same again, and what is made anew in its place, is no other.
  assert.equal(ask('out_1', ['one', 'two'], 'input:1'), 'signed')
  assert.equal(ask('out_1:2', ['one', 'two'], 'input:3'), 'signed')
})

test('a sweep that waits is replaced by one that brings less, and a payment is not', () => {
  using world = signingWorld()
  const own = ownKey(1)
  const ask = (units: bigint, more: object = {}): string => {
    const effects = effectsOf([{ to: own.address, units }])
    const payments = [{ to: own.address, asset: BTC, units: `${units}`, ...more }]
    return world.outcome(signingRequest(effects, { id: `sweep${'path' in more}`, payments }))
  }
  assert.equal(ask(900n, { path: own.path }), 'signed')
  assert.equal(ask(800n, { path: own.path }), 'signed')
  assert.equal(ask(900n), 'signed')
  assert.equal(ask(800n), 'signer.intent_reused')
})

/** Planted faults, one each: a code taken twice; the sum of small ones not looked at. */
test('above a threshold the second factor is asked for, and small ones add up to it', () => {
  using world = signingWorld(bitcoinPolicy({ perTransaction: '1', perDay: '3', codeAbove: '0.5' }))
  let number = 0
  const ask = (amount: bigint, code?: string): string => {
    number += 1
    const effects = effectsOf([{ to: shop, units: amount }], { slots: [`input:${number}`] })
    return world.outcome(signingRequest(effects, { id: `po_${number}` }, code))
  }
  const code = (): string => codeAt(codeSecret, Math.floor(world.now() / 30_000))
  assert.equal(ask(BITCOIN / 2n), 'signed')
  assert.equal(ask(1n), 'signer.code_needed')
  assert.equal(ask(1n, '000000'), 'signer.code_wrong')
  assert.equal(ask(BITCOIN, code()), 'signed')
  assert.equal(ask(1n, code()), 'signer.code_wrong')
  world.advance(30_000)
  world.restart()
  assert.equal(ask(1n, code()), 'signed')
  // Coded ones do not use up what needs no code; the uncoded one leaves the window after a day.
  world.advance(DAY - 30_000)
  assert.equal(ask(BITCOIN / 2n), 'signed')
})

/** Planted fault: wrong codes not written to the log, so that a restart forgets them. */
test('codes cannot be guessed: after five wrong ones nobody’s is looked at for an hour', () => {
  using world = signingWorld(bitcoinPolicy({ perTransaction: '1', perDay: '3', codeAbove: '0' }))
  const ask = (code: string): string =>
    world.outcome(signingRequest(effectsOf([{ to: shop, units: 1n }]), {}, code))
  const right = (): string => codeAt(codeSecret, Math.floor(world.now() / 30_000))
  const wrong = right() === '111111' ? '222222' : '111111'
  for (let tries = 0; tries < 5; tries += 1) {
    assert.equal(ask(wrong), 'signer.code_wrong')
    world.restart()
  }
  assert.equal(ask(right()), 'signer.code_locked')
  world.advance(3_600_001)
  assert.equal(ask(right()), 'signed')
})

/**
 * Payments, replacements, restarts and time in any order against a plain account of what was
 * signed. Planted faults, one each: days of the calendar; spending forgotten at a restart.
 */
test('in no 24 hours more than the cap is signed, whatever happens between', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('pay' as const),
      id: fc.nat(30),
      part: fc.integer({ min: 1, max: 90 }),
    }),
    fc.record({ kind: fc.constant('wait' as const), hours: fc.nat(24) }),
    fc.record({ kind: fc.constant('restart' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      using world = signingWorld(bitcoinPolicy({ perTransaction: '1', perDay: '1' }))
      const signed = new Map<number, { at: number; amount: bigint }>()
      for (const one of steps) {
        if (one.kind === 'wait') world.advance((one.hours * DAY) / 24)
        if (one.kind === 'restart') world.restart()
        if (one.kind !== 'pay') continue
        const amount = (BITCOIN * BigInt(one.part)) / 100n
        const known = signed.get(one.id)
        const spent = [...signed.values()]
          .filter(({ at }) => at > world.now() - DAY)
          .reduce((sum, { amount: paid }) => sum + paid, 0n)
        const effects = effectsOf([{ to: shop, units: amount }], { slots: [`input:${one.id}`] })
        const outcome = world.outcome(signingRequest(effects, { id: `po_${one.id}` }))
        const expected =
          known === undefined
            ? spent + amount <= BITCOIN
              ? 'signed'
              : 'signer.cap_exceeded'
            : known.amount === amount
              ? 'signed'
              : 'signer.intent_reused'
        assert.equal(outcome, expected)
        if (known === undefined && outcome === 'signed') {
          signed.set(one.id, { at: world.now(), amount })
        }
      }
    }),
    { numRuns: 50 },
  )
})
