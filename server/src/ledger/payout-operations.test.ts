import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { units } from '../money/units.ts'
import { account } from './chart.ts'
import { holdRef, payoutReleased, payoutReserved, payoutSettled } from './payout-operations.ts'
import { referenceLedger, type ReferenceLedger } from './reference-ledger.suite.ts'
import { BNB, BTC } from './sample-books.suite.ts'

const mined = { chain: 'eip155:56', txHash: '0xaa', block: { height: 7, hash: '0x07' } }

/** Gives the merchant and the chain's coin something to begin with. */
function endow(books: ReferenceLedger, merchants: bigint): void {
  const give = (place: string, asset: typeof BNB, amount: bigint): void => {
    const entry = {
      operation: 'given',
      externalId: `given:${place}`,
      facts: {},
      transfers: [
        {
          debit: account('custody', asset),
          credit: account('merchant.available', asset),
          ...{ asset, units: units(amount) },
        },
      ],
    }
    assert.equal(books.post(entry), 'posted')
  }
  give('asset', BTC, merchants)
  give('coin', BNB, 1_000n)
}

const sumOf = (books: ReferenceLedger, path: string): bigint => {
  const [posted] = books.sums().get(path) ?? [0n]
  return posted < 0n ? -posted : posted
}

const anyAmount = fc.bigInt({ min: 1n, max: 10n ** 40n })

/**
 * Planted faults: the fee left out of what is taken from custody; a released hold posted.
 */
test('whatever payouts do, money is where it was, at its payee, or a fee that is named', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          net: anyAmount,
          charged: fc.bigInt({ min: 0n, max: 10n ** 20n }),
          fee: fc.bigInt({ min: 0n, max: 50n }),
          end: fc.constantFrom('settled', 'released', 'in vain', 'open'),
        }),
        { minLength: 1, maxLength: 10 },
      ),
      (payouts) => {
        const books = referenceLedger()
        const whole = payouts.reduce((sum, one) => sum + one.net + one.charged, 0n)
        endow(books, whole)
        const holds = payouts.map((one, place) => ({
          payoutId: `po_${place}`,
          source: { purpose: 'merchant.available' as const },
          asset: BTC,
          units: units(one.net + one.charged),
        }))
        assert.equal(books.post(payoutReserved('batch_1', holds)), 'posted')
        let [left, earned, fees] = [0n, 0n, 0n]
        for (const [place, one] of payouts.entries()) {
          const ended = { payoutId: `po_${place}`, asset: BTC, hold: holdRef('batch_1', place) }
          const fee = { asset: BNB, units: units(one.fee) }
          if (one.end === 'open') continue
          const [net, charged] = [units(one.net), units(one.charged)]
          const entry =
            one.end === 'settled'
              ? payoutSettled(ended, { net, charged, fee }, mined)
              : payoutReleased(ended, one.end === 'in vain' ? { fee, mined } : undefined)
          assert.equal(books.post(entry), 'posted')
          assert.equal(books.post(entry), 'exists')
          if (one.end === 'settled') [left, earned] = [left + one.net, earned + one.charged]
          if (one.end !== 'released') fees += one.fee
        }
        assert.equal(sumOf(books, `custody/${BTC}`), whole - left)
        assert.equal(sumOf(books, `merchant.available/${BTC}`), whole - left - earned)
        assert.equal(sumOf(books, `fees.earned/${BTC}`), earned)
        assert.equal(sumOf(books, `payouts.in_flight/${BTC}`), 0n)
        assert.equal(sumOf(books, `custody/${BNB}`), 1_000n - fees)
      },
    ),
  )
})

test('a payout that is settled cannot be released as well, nor the other way round', () => {
  const books = referenceLedger()
  endow(books, 10n)
  const hold = {
    payoutId: 'po_1',
    source: { purpose: 'merchant.available' as const },
    ...{ asset: BTC, units: units(10n) },
  }
  assert.equal(books.post(payoutReserved('po_1', [hold])), 'posted')
  const ended = { payoutId: 'po_1', asset: BTC, hold: holdRef('po_1') }
  assert.equal(books.post(payoutReleased(ended)), 'posted')
  const paid = {
    net: units(9n),
    charged: units(1n),
    fee: { asset: BNB, units: units(1n) },
  }
  assert.equal(books.post(payoutSettled(ended, paid, mined)), 'pending_ended')
})
