import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { COLD, WHOLE } from '../../../test/cold-world.ts'
import { bnb, usdt } from '../../../test/supply-world.ts'
import { units, type Units } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import { COST_PARTS } from '../plan.ts'
import { coldPlanOf, limitOf } from './cold-plan.ts'
import { asOf, CHANGE_DELAY_MS, withTerms, type ColdTerms, type ColdWallet } from './cold-wallet.ts'

const amount: fc.Arbitrary<Units> = fc.bigInt({ min: 0n, max: 10n ** 24n }).map(units)
const treasury = { path: "m/44'/0", address: '0x52908400098527886E0F7030069857D2E4169EE7' }

const facts = fc.record({
  asset: fc.constantFrom(usdt.id, bnb.id),
  held: amount,
  reserved: amount,
  keep: amount,
  fee: amount,
  feeMax: amount,
  feeInAsset: fc.option(amount, { nil: undefined }),
})

/** Planted faults: what stays, what payouts hold, the coin's own fee, or the price is left out. */
test('no plan sends what stays, what payouts hold, or less than ten times its cost', () => {
  fc.assert(
    fc.property(facts, ({ keep, ...rest }) => {
      const feeMax = limitOf(rest)
      const plan = coldPlanOf({ ...rest, feeMax, treasury, terms: { address: COLD, keep } })
      const fee = rest.asset === bnb.id ? feeMax : 0n
      assert.ok(plan.units >= 0n)
      if (plan.units > 0n) assert.ok(rest.held - plan.units - fee >= keep + rest.reserved)
      if (!plan.isWorthwhile) return
      assert.ok(plan.units > 0n && rest.feeInAsset !== undefined)
      assert.ok(plan.units >= rest.feeInAsset * COST_PARTS)
    }),
  )
})

const text = (terms: ColdTerms | undefined): string =>
  terms === undefined ? 'none' : `${terms.keep} stay, the rest goes to ${terms.address}`

const anyTerms = fc.record({
  address: fc.constantFrom(COLD, treasury.address),
  keep: fc.constantFrom(units(0n), units(WHOLE)),
})
const steps = fc.array(fc.record({ terms: anyTerms, passes: fc.nat(CHANGE_DELAY_MS * 2) }), {
  maxLength: 12,
})

/** Planted faults: a change while another one waits is in force when that one would have been. */
test('no terms are in force that were not asked for, unchanged, for a whole day', () => {
  fc.assert(
    fc.property(steps, (asked) => {
      const none: ColdWallet = {
        ...{ walletId: 'cw_1', bookId: 'book' as BookId, asset: usdt.id },
        ...{ inForce: undefined, next: undefined },
      }
      let wallet = none
      let now = 0
      let since = 0
      for (const { terms, passes } of asked) {
        const before = asOf(wallet, now)
        const isNew = text(before.next?.terms ?? before.inForce) !== text(terms)
        const isBack = text(before.inForce) === text(terms)
        if (isNew) since = now
        wallet = withTerms(before, terms, now)
        now += passes
        const inForce = text(asOf(wallet, now).inForce)
        if (now - since >= CHANGE_DELAY_MS || isBack) assert.equal(inForce, text(terms))
        else assert.equal(inForce, text(before.inForce))
      }
    }),
  )
})
