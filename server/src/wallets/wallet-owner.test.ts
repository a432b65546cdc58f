import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { account } from '../ledger/chart.ts'
import { resolveAsset } from '../money/alias.ts'
import { walletOwner } from './wallet-owner.ts'

/** Seen to fail when long and foreign ids were written in base64, which grows beyond the name. */
test('every customer has a wallet account of its own, whatever the merchant calls them', () => {
  const { id } = resolveAsset({ currency: 'BTC' })
  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 255, unit: 'binary' }),
    fc.nat(255).map((length) => 'é'.repeat(length + 1)),
    fc.stringMatching(/^customer[.:]\w{1,20}$/),
  )
  fc.assert(
    fc.property(name, name, (one, other) => {
      assert.ok(account('customer.wallet', id, walletOwner(one)).accountId)
      if (one !== other) assert.notEqual(walletOwner(one), walletOwner(other))
    }),
  )
})
