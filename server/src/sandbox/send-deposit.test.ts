import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/database.ts'
import { adapterOf, testSandbox } from '../../test/sandbox.ts'
import { scanToTip, watching } from '../chains/contract-follow.suite.ts'
import { isError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { sendDeposit, type DepositRequest } from './send-deposit.action.ts'

const database = await testDatabase()
after(() => database[Symbol.asyncDispose]())

const BSC_ADDRESS = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'
const BITCOIN_ADDRESS = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'
const usdt = { address: BSC_ADDRESS, currency: 'USDT', network: 'BSC', amount: '12.5' }

/** Sends a deposit and says what of it arrived in blocks and what waits. */
async function played(request: DepositRequest, network: string) {
  const { ctx, book } = await testSandbox(database.db)
  const adapter = adapterOf(ctx, book, network)
  const watch = watching([BSC_ADDRESS, BITCOIN_ADDRESS])
  const { latest: start } = await adapter.tips()
  const sent = await sendDeposit(ctx, book, request)
  const { transfers } = await scanToTip(adapter, start, { watch, blocksMax: 50 })
  const { latest } = await adapter.tips()
  return {
    sent,
    transfers,
    waiting: await adapter.pending(watch),
    mined: latest.height - start.height,
  }
}

test('a deposit waits in the mempool of the network that was named', async () => {
  const { sent, transfers, waiting, mined } = await played(usdt, 'BNB Chain')
  assert.equal(mined, 0)
  assert.deepEqual(transfers, [])
  assert.deepEqual(
    waiting.map((one) => [one.txHash, one.to, one.asset, one.units]),
    [[sent.txHash, BSC_ADDRESS, sent.asset.id, 12_500_000_000_000_000_000n]],
  )
  assert.deepEqual([sent.asset.code, sent.amount], ['USDT_BSC', '12.5'])
})

test('with confirmations, so many blocks stand on it at once', async () => {
  const { sent, transfers, waiting, mined } = await played(
    { ...usdt, confirmations: 3 },
    'BNB Chain',
  )
  assert.equal(mined, 3)
  assert.deepEqual(waiting, [])
  assert.deepEqual(
    transfers.map((one) => one.txHash),
    [sent.txHash],
  )
})

test('a code without a network, and an address in lower case, are understood', async () => {
  const request = { address: BSC_ADDRESS.toLowerCase(), currency: 'USDT_BSC', amount: '1' }
  const { sent, waiting } = await played(request, 'BNB Chain')
  assert.equal(sent.address, BSC_ADDRESS)
  assert.equal(waiting.length, 1)
})

test('a fee on the transfer makes less arrive, a fake token nothing', async () => {
  const taxed = await played({ ...usdt, kind: 'fee_on_transfer', confirmations: 1 }, 'BNB Chain')
  assert.deepEqual(
    taxed.transfers.map((one) => one.units),
    [12_375_000_000_000_000_000n],
  )
  const fake = await played({ ...usdt, kind: 'fake_token', confirmations: 1 }, 'BNB Chain')
  assert.deepEqual(fake.transfers, [])
})

test('dust is as small as was asked, and never more than dust', async () => {
  const bitcoin = {
    address: BITCOIN_ADDRESS,
    currency: 'BTC',
    kind: 'dust',
    confirmations: 1,
  } as const
  const least = await played({ ...bitcoin, amount: '0.00000001' }, 'Bitcoin')
  assert.deepEqual(
    least.transfers.map((one) => one.units),
    [1n],
  )
  const most = await played({ ...bitcoin, amount: '2' }, 'Bitcoin')
  assert.deepEqual(
    most.transfers.map((one) => one.units),
    [545n],
  )
  assert.equal(most.sent.amount, '0.00000545')
  const tokens = await played({ ...usdt, kind: 'dust' }, 'BNB Chain')
  assert.equal(tokens.sent.amount, '0.000001')
})

test('what cannot be sent is refused with its reason, and nothing is sent', async () => {
  const { ctx, book, live } = await testSandbox(database.db)
  const refuses = (code: ErrorCode, change: Partial<DepositRequest>, of = book) =>
    assert.rejects(sendDeposit(ctx, of, { ...usdt, ...change }), (error) => isError(error, code))
  await refuses('sandbox.test_key_needed', {}, live)
  await refuses('sandbox.chain_not_playable', { currency: 'ETH', network: 'Anvil' })
  await refuses('sandbox.deposit_address_invalid', { address: BITCOIN_ADDRESS })
  await refuses('sandbox.kind_not_playable', { currency: 'BNB', kind: 'fee_on_transfer' })
  await refuses('money.unknown_currency', { currency: 'DOGE' })
  await refuses('money.currency_not_on_network', { network: 'Solana' })
  await refuses('money.amount_too_precise', { amount: `0.${'0'.repeat(18)}1` })
  const watch = watching([BSC_ADDRESS])
  assert.deepEqual(await adapterOf(ctx, book, 'BNB Chain').pending(watch), [])
})
