import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CODE_FROM_CENTS,
  firstPolicy,
  judge,
  stricter,
  type Facts,
  type Limit,
  type Policy,
  type Verdict,
} from './policy.ts'

const cents = fc.bigInt({ min: 0n, max: 3_000_000n })
const limit: fc.Arbitrary<Limit> = fc.record({
  per: fc.constantFrom('payout', 'hour', 'day'),
  fromCents: cents,
  then: fc.constantFrom('approval', 'refuse'),
})
const policy: fc.Arbitrary<Policy> = fc.record({
  limits: fc.array(limit, { maxLength: 5 }),
  approvers: fc.integer({ min: 1, max: 5 }),
  listedOnly: fc.constant([]),
  cooldownMs: fc.constant(0),
  changeDelayMs: fc.constant(0),
})
const facts: fc.Arbitrary<Facts> = fc.record({
  cents: fc.option(cents, { nil: undefined }),
  before: fc.tuple(cents, cents).map(([hour, rest]) => ({ hour, day: hour + rest })),
  destinations: fc.constant([]),
})
const of = (worth: bigint | undefined, before = { hour: 0n, day: 0n }): Facts => ({
  cents: worth,
  before,
  destinations: [],
})

/** How much is asked for, as something that can be compared part by part. */
const asks = (verdict: Verdict): readonly number[] =>
  verdict.kind === 'refused'
    ? [1, Infinity, Infinity]
    : [0, verdict.code ? 1 : 0, verdict.approvers]

const atLeast = (more: Verdict, less: Verdict): boolean =>
  asks(more).every((part, place) => part >= (asks(less)[place] ?? 0))

/** Planted fault: `===` in place of `>=` in a limit; a worth that is not known taken for 0. */
test('a greater amount, or one that nobody can price, never needs less', () => {
  fc.assert(
    fc.property(policy, facts, cents, (rules, known, more) => {
      const greater = known.cents === undefined ? undefined : known.cents + more
      const verdict = judge(rules, known)
      assert.ok(atLeast(judge(rules, { ...known, cents: greater }), verdict))
      assert.ok(atLeast(judge(rules, { ...known, cents: undefined }), verdict))
      const { hour, day } = known.before
      const busier = { hour: hour + more, day: day + more }
      assert.ok(atLeast(judge(rules, { ...known, before: busier }), verdict))
    }),
    { numRuns: 2_000 },
  )
})

/** Planted fault: what was sent before left out of the hour. */
test('an amount that is split never avoids what all of it would need within the window', () => {
  const windows = policy.map((one) => ({
    ...one,
    limits: one.limits.filter(({ per }) => per !== 'payout'),
  }))
  const parts = fc.array(cents, { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(windows, facts, parts, (rules, { before }, amounts) => {
      const whole = judge(
        rules,
        of(
          amounts.reduce((sum, one) => sum + one, 0n),
          before,
        ),
      )
      let { hour, day } = before
      const verdicts = amounts.map((amount) => {
        const verdict = judge(rules, of(amount, { hour, day }))
        // What is refused does not leave, and does not count.
        if (verdict.kind === 'allowed') [hour, day] = [hour + amount, day + amount]
        return verdict
      })
      if (whole.kind === 'refused') {
        assert.ok(verdicts.some(({ kind }) => kind === 'refused'))
      } else {
        const approvers = verdicts.map((one) => (one.kind === 'allowed' ? one.approvers : 0))
        assert.equal(Math.max(...approvers), whole.approvers)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('limits and the code begin exactly at their amounts', () => {
  const allowed = (code: boolean, approvers = 0): Verdict => ({ kind: 'allowed', code, approvers })
  assert.deepEqual(judge(firstPolicy, of(CODE_FROM_CENTS - 1n)), allowed(false))
  assert.deepEqual(judge(firstPolicy, of(CODE_FROM_CENTS)), allowed(true))
  assert.deepEqual(judge(firstPolicy, of(undefined)), allowed(true))
  const rules: Policy = {
    ...firstPolicy,
    approvers: 2,
    limits: [
      { per: 'payout', fromCents: 100n, then: 'approval' },
      { per: 'hour', fromCents: 200n, then: 'refuse' },
      { per: 'day', fromCents: 300n, then: 'refuse' },
    ],
  }
  assert.deepEqual(judge(rules, of(99n, { hour: 100n, day: 200n })), allowed(false))
  assert.deepEqual(judge(rules, of(100n, { hour: 99n, day: 199n })), allowed(false, 2))
  assert.equal(judge(rules, of(99n, { hour: 101n, day: 101n })).kind, 'refused')
  assert.equal(judge(rules, of(99n, { hour: 0n, day: 201n })).kind, 'refused')
  assert.equal(judge(rules, of(0n, { hour: 199n, day: 299n })).kind, 'allowed')
})

test('of two policies the stricter parts of both hold', () => {
  fc.assert(
    fc.property(policy, policy, facts, (one, other, known) => {
      const [a, b] = [judge(one, known), judge(other, known)]
      const both = stricter(a, b)
      assert.ok(atLeast(both, a) && atLeast(both, b))
      assert.deepEqual(asks(both), asks(stricter(b, a)))
      assert.deepEqual(stricter(a, a), a)
    }),
  )
})

test('money goes to a destination that is listed and no longer cooling', () => {
  const to = (...standings: Facts['destinations'][number]['standing'][]): Verdict =>
    judge(firstPolicy, {
      ...of(1n),
      destinations: standings.map((standing, place) => ({ destination: `d${place}`, standing })),
    })
  const usable = { kind: 'usable' } as const
  assert.equal(to(usable, usable).kind, 'allowed')
  assert.deepEqual(to(usable, { kind: 'unlisted' }), {
    kind: 'refused',
    refusal: { kind: 'unlisted', destination: 'd1' },
  })
  assert.deepEqual(to({ kind: 'cooling', usableAt: 5 }), {
    kind: 'refused',
    refusal: { kind: 'cooling', destination: 'd0', usableAt: 5 },
  })
})
