import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TronWeb } from 'tronweb'
import { tronWebOf } from '../../server/test/tronweb.ts'
import { NOBODY } from './contracts.ts'
import { startTronStandIn, type TronStandIn } from './stand-in.ts'
import { accountOf, hexOf } from './transaction.ts'

// The stand-in is asked by the library that everybody uses: what that cannot do with it, a wallet
// could not do with a real node.

const KEY = '2'.repeat(64)
const SUN = 1_000_000

type Wallet = Readonly<{ web: TronWeb; address: string; account: string }>

async function walletOn(standIn: TronStandIn, funds: bigint, key = KEY): Promise<Wallet> {
  const web = tronWebOf(standIn.url, key)
  const address = web.address.fromPrivateKey(key) || ''
  const account = accountOf(web.address.toHex(address))
  if (funds > 0n) await standIn.faucet.pay([{ token: NOBODY, to: account, units: funds }])
  await standIn.chain.mine(1)
  return { web, address, account }
}

type Unsigned = Awaited<ReturnType<TronWeb['transactionBuilder']['sendTrx']>>

const newAddress = (web: TronWeb): string => web.utils.accounts.generateAccount().address.base58

/** What the node answers to a transaction that tronweb signs. */
async function codeOf({ web }: Wallet, transaction: Unsigned): Promise<string | boolean> {
  const signed = await web.trx.sign(transaction)
  const answer: unknown = await web.fullNode.request('wallet/broadcasttransaction', signed, 'post')
  const { code, result } = Object(answer)
  return code ?? result
}

test('tronweb sends coins, and the network takes its fees', async () => {
  await using standIn = await startTronStandIn()
  const wallet = await walletOn(standIn, 100n * 1_000_000n)
  const { web, address } = wallet
  const payee = newAddress(web)
  const { result, txid } = await web.trx.sendTransaction(payee, 3 * SUN)
  assert.equal(result, true)
  assert.equal((await web.trx.getTransactionInfo(txid)).id, undefined, 'it waits')
  await standIn.chain.mine(1)
  assert.equal(await web.trx.getUnconfirmedBalance(payee), 3 * SUN)
  const info = await web.trx.getUnconfirmedTransactionInfo(txid)
  assert.equal(info.fee, 1_100_000, 'for a new account, and in the place of bandwidth')
  assert.equal(await web.trx.getUnconfirmedBalance(address), (100 - 3) * SUN - 1_100_000)
  assert.equal(await web.trx.getBalance(payee), 0, 'not solidified')
  await standIn.chain.mine(19)
  assert.equal(await web.trx.getBalance(payee), 3 * SUN)
  assert.equal((await web.trx.getTransactionInfo(txid)).id, txid)
  // The first payment that is not free of charge any more: 600 bytes are free a day.
  const fees = []
  for (let sent = 0; sent < 3; sent += 1) {
    const again = await web.trx.sendTransaction(payee, SUN + sent)
    await standIn.chain.mine(1)
    fees.push((await web.trx.getUnconfirmedTransactionInfo(again.txid)).fee)
  }
  assert.deepEqual(fees.slice(0, 2), [undefined, undefined])
  assert.ok((fees[2] ?? 0) > 260_000 && (fees[2] ?? 0) < 280_000)
})

test('tronweb sends tokens, reads their balances and logs, and pays for energy', async () => {
  await using standIn = await startTronStandIn()
  const wallet = await walletOn(standIn, 100n * 1_000_000n)
  const { web, account, address } = wallet
  const token = hexOf(standIn.contracts.dollar)
  await standIn.faucet.pay([{ token: standIn.contracts.dollar, to: account, units: 10n ** 24n }])
  await standIn.chain.mine(1)
  const payee = newAddress(web)
  const units = (10n ** 23n).toString()
  const parameters = [
    { type: 'address', value: payee },
    { type: 'uint256', value: units },
  ]
  const send = async (feeLimit: number) => {
    const built = await web.transactionBuilder.triggerSmartContract(
      token,
      'transfer(address,uint256)',
      { feeLimit, txLocal: true },
      parameters,
      address,
    )
    const { txid } = await web.trx.sendRawTransaction(await web.trx.sign(built.transaction))
    await standIn.chain.mine(1)
    return web.trx.getUnconfirmedTransactionInfo(txid)
  }
  const failed = await send(SUN)
  assert.deepEqual([failed.result, failed.receipt.result], ['FAILED', 'OUT_OF_ENERGY'])
  assert.equal(failed.receipt.energy_fee, SUN, 'all that the limit allows is gone')
  assert.equal(failed.log, undefined)
  const done = await send(100 * SUN)
  assert.equal(done.receipt.result, 'SUCCESS')
  assert.equal(done.receipt.energy_fee, (done.receipt.energy_usage_total ?? 0) * 100)
  assert.equal(done.log?.length, 1)
  await standIn.chain.mine(19)
  const contract = await web
    .contract()
    .at(token)
    .catch(() => undefined)
  assert.equal(contract, undefined, 'the stand-in keeps no descriptions of contracts')
  const seen = await web.transactionBuilder.triggerConstantContract(
    token,
    'balanceOf(address)',
    {},
    [{ type: 'address', value: payee }],
    address,
  )
  assert.equal(BigInt(`0x${seen.constant_result?.[0]}`), 10n ** 23n)
})

test('the stand-in of Tron refuses what the network refuses', async () => {
  await using standIn = await startTronStandIn()
  const wallet = await walletOn(standIn, 10n * 1_000_000n)
  const { web, address } = wallet
  const payee = newAddress(web)
  const header = await web.trx.getCurrentRefBlockParams()
  const transfer = (change: object, units = SUN) =>
    web.transactionBuilder.sendTrx(payee, units, address, {
      blockHeader: { ...header, ...change },
    })
  const code = async (built: Unsigned) => codeOf(wallet, built)
  assert.equal(await code(await transfer({ ref_block_hash: '00'.repeat(8) })), 'TAPOS_ERROR')
  const late = header.timestamp - 1
  assert.equal(await code(await transfer({ expiration: late })), 'TRANSACTION_EXPIRATION_ERROR')
  const far = header.timestamp + 86_400_001
  assert.equal(await code(await transfer({ expiration: far })), 'TRANSACTION_EXPIRATION_ERROR')
  assert.equal(
    await code(await transfer({}, 9 * SUN)),
    'CONTRACT_VALIDATE_ERROR',
    'no room for fees',
  )
  const good = await transfer({})
  const other = tronWebOf(standIn.url, '3'.repeat(64))
  const forged = await other.trx.sign(good, '3'.repeat(64)).catch(() => undefined)
  assert.equal(forged, undefined, 'tronweb itself signs for no other')
  const signed = await web.trx.sign(good)
  const broken = signed.signature.map((one) => one.replace(/^../, '00'))
  const answer = (sent: object): Promise<unknown> =>
    web.fullNode.request('wallet/broadcasttransaction', sent, 'post')
  assert.equal(Object(await answer({ ...signed, signature: broken })).code, 'SIGERROR')
  assert.equal(Object(await answer(signed)).result, true)
  assert.equal(Object(await answer(signed)).code, 'DUP_TRANSACTION_ERROR')
  await standIn.chain.mine(1)
  assert.equal(Object(await answer(signed)).code, 'DUP_TRANSACTION_ERROR')
  const poor = await walletOn(standIn, 0n, '4'.repeat(64))
  const unfunded = await poor.web.transactionBuilder.sendTrx(payee, SUN, poor.address, {
    blockHeader: header,
  })
  assert.match(String(await codeOf(poor, unfunded)), /^(BANDWITH|CONTRACT_VALIDATE)_ERROR$/)
})

test('a fork of the stand-in of Tron has other blocks, and takes back what it drops', async () => {
  await using standIn = await startTronStandIn({ solidDistance: 3 })
  const wallet = await walletOn(standIn, 10n * 1_000_000n)
  const { web } = wallet
  const payee = newAddress(web)
  const { txid } = await web.trx.sendTransaction(payee, SUN)
  await standIn.chain.mine(2)
  const before = await web.trx.getCurrentBlock()
  await standIn.chain.reorg(2, [])
  const after = await web.trx.getCurrentBlock()
  assert.equal(after.block_header.raw_data.number, before.block_header.raw_data.number)
  assert.notEqual(after.blockID, before.blockID)
  assert.equal(await web.trx.getUnconfirmedBalance(payee), SUN, 'it is mined again')
  await standIn.chain.reorg(2, [txid])
  assert.equal(await web.trx.getUnconfirmedBalance(payee), 0)
  assert.equal((await web.trx.getConfirmedCurrentBlock()).blockID, standIn.chain.solid().id)
  assert.equal(standIn.chain.head().number - standIn.chain.solid().number, 3)
})

test('the stand-in of Tron is played by HTTP too', async () => {
  await using standIn = await startTronStandIn()
  const control = async (path: string, body: object): Promise<unknown> =>
    (
      await fetch(`${standIn.url}/_control/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
    ).json()
  const to = `0x${'ab'.repeat(20)}`
  const { txId } = Object(await control('pay', { to, units: '5' }))
  assert.equal(standIn.chain.pending()[0]?.txId, txId)
  await control('drop', { txId })
  assert.equal(standIn.chain.pending().length, 0)
  const { height } = Object(await control('mine', { blocks: 2 }))
  assert.equal(height, standIn.chain.head().number)
  const { timeMs } = standIn.chain.head()
  await control('pass-time', { ms: 60_000 })
  await control('mine', { blocks: 1 })
  assert.equal(standIn.chain.head().timeMs - timeMs, 63_000)
  await control('stake', { account: to, bandwidth: '0', energy: '7' })
  assert.equal(standIn.chain.head().state.stakes.get(to)?.energy, 7n)
  assert.deepEqual(await control('nothing', {}), { error: 'there is no such control' })
})
