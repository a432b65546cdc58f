import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { PAYEES, payoutIn, payoutWorld, refusalIn } from '../../test/payout-world.ts'
import { knownNetwork } from '../money/registry.ts'
import { resolveAsset } from '../money/alias.ts'
import { inDbTx } from '../shell/db.ts'
import { setPayoutFees } from './fee-settings.action.ts'

const USDT = 'USDT_BSC'

const good = {
  ...{ amount: 10, currency: 'USDT', network: 'BEP20', destination_address: PAYEES.evm },
}

/**
 * One wrong thing each, with the code that it is told by.
 * Planted faults: the token's contract not looked for; the minimum not held against the amount.
 */
const WRONG: readonly (readonly [string, object, number, string])[] = [
  ['no amount', { amount: undefined }, 400, 'invalid_request'],
  ['an amount of zero', { amount: 0 }, 400, 'invalid_request'],
  ['a negative amount', { amount: -1 }, 400, 'invalid_request'],
  ['too many decimals', { amount: '1.0000000000000000001' }, 400, 'amount_too_precise'],
  ['an unknown currency', { currency: 'DOGE' }, 400, 'unknown_currency'],
  ['an unknown network', { network: 'Dogecoin' }, 400, 'unknown_network'],
  ['a currency elsewhere', { currency: 'BTC' }, 400, 'currency_not_on_network'],
  ['an ambiguous network', { network: undefined }, 400, 'ambiguous_network'],
  [
    'an address of another network',
    { destination_address: PAYEES.tron },
    400,
    'destination_invalid',
  ],
  ['no address at all', { destination_address: 'nowhere' }, 400, 'destination_invalid'],
  [
    'a wrong checksum',
    { destination_address: PAYEES.evm.replace('E7', 'e7') },
    400,
    'destination_invalid',
  ],
  [
    "a token's contract",
    { destination_address: '0x55d398326f99059fF775485246999027B3197955' },
    400,
    'destination_is_token',
  ],
  [
    "another token's contract, in lower case",
    { destination_address: resolveAsset({ currency: 'USDC_BSC' }).contract?.toLowerCase() },
    400,
    'destination_is_token',
  ],
  ['next to nothing', { amount: '0.000000000000000001' }, 400, 'amount_below_fee'],
  ['less than the least', { amount: '0.5' }, 400, 'amount_below_minimum'],
  ['more than there is', { amount: '1000.000000000000000001' }, 400, 'insufficient_balance'],
  ['a quote that is none', { quote_id: 'feeq_none' }, 404, 'fee_quote_unknown'],
  ['a member that is none', { callback_ulr: 'x' }, 400, 'invalid_request'],
  [
    'a local network that is not there',
    { currency: 'TUSD', network: undefined },
    409,
    'cannot_send',
  ],
]

test('whatever is wrong with a payout is told, and nothing is reserved', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '1000')
  const fees = { fixedCents: 0n, partsPerMillion: 0, minimumCents: 100n }
  await inDbTx(world.ctx, (dbTx) => setPayoutFees(dbTx, world.book, fees))
  for (const [what, wrong, status, code] of WRONG) {
    const reply = await world.ask({ ...good, ...wrong })
    assert.ok(reply.status >= 400, `${what}: ${reply.text}`)
    assert.deepEqual(refusalIn(reply), [status, code], `${what}: ${reply.text}`)
  }
  const elsewhere = await world.ask({ ...good, destination_address: PAYEES.tron })
  assert.match(elsewhere.text, /looks like a Tron address/)
  const short = await world.ask({ ...good, amount: 2000 })
  assert.match(short.text, /"available":"1000"/)
  assert.deepEqual(await world.ctx.db.query('select 1 as row from payout'), [])
  assert.equal(payoutIn(await world.ask(good)).status, 'processing')
})

const Wallet = z.object({ data: z.looseObject({ deposit_address: z.string() }) })

/** Planted faults: what is found not refused; the text compared, not its canonical form. */
test('our own deposit addresses are no destinations, however they are written', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '1000')
  const body = { customer_id: 'anna', currency: 'USDT', network: 'BSC' }
  const reply = await world.call('/v1/wallets', { method: 'POST', body })
  const own = Wallet.parse(reply.json).data.deposit_address
  const { chain } = resolveAsset({ currency: USDT })
  const treasury = (await world.ctx.treasury.keyOf(world.book, chain)).address
  for (const address of [own, own.toLowerCase(), treasury]) {
    const refused = await world.ask({ ...good, destination_address: address })
    assert.deepEqual(refusalIn(refused), [400, 'destination_is_ours'], address)
  }
  // The same key has the same address on every chain of the family.
  const polygon = { ...good, currency: 'USDT', network: 'Polygon', destination_address: own }
  assert.deepEqual(refusalIn(await world.ask(polygon)), [400, 'destination_is_ours'])
  assert.equal(knownNetwork(chain).family, 'eip155')
})

const Problems = z.object({
  error: z.string(),
  errors: z.array(z.looseObject({ index: z.int(), error: z.string(), param: z.string() })),
})

/** Planted fault: the rows judged up to the first bad one. */
test('all that is wrong with a batch is told at once, and nothing of it is reserved', async () => {
  await using world = await payoutWorld()
  await world.fund(USDT, '1000')
  const row = { amount: 10, currency: 'USDT', network: 'BEP20', address: PAYEES.evm }
  const destinations = [
    row,
    { ...row, address: PAYEES.tron },
    { ...row, amount: '0.000000000000000001' },
    { ...row, currency: 'DOGE' },
    { ...row, external_id: 'twice' },
    { ...row, external_id: 'twice' },
  ]
  const reply = await world.post('/v1/payouts/mass', { destinations })
  assert.equal(reply.status, 400)
  const { error, errors } = Problems.parse(reply.json)
  assert.equal(error, 'batch_invalid')
  assert.deepEqual(
    errors.map((one) => [one.index, one.error, one.param]),
    [
      [1, 'destination_invalid', 'destinations[1]'],
      [2, 'amount_below_fee', 'destinations[2]'],
      [3, 'unknown_currency', 'destinations[3]'],
      [4, 'external_id_reused', 'destinations[4]'],
      [5, 'external_id_reused', 'destinations[5]'],
    ],
  )
  assert.deepEqual(await world.ctx.db.query('select 1 as row from payout'), [])
  const many = Array.from({ length: 51 }, () => row)
  const tooMany = await world.post('/v1/payouts/mass', { destinations: many })
  assert.deepEqual(refusalIn(tooMany), [400, 'invalid_request'])
})
