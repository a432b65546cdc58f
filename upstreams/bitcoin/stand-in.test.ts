import assert from 'node:assert/strict'
import { test } from 'node:test'
import { address, networks, Psbt, type Transaction } from 'bitcoinjs-lib'
import native from 'secp256k1'
import { faucetKey, type FaucetKey } from './faucet.ts'
import { startBitcoinStandIn, type BitcoinStandIn } from './stand-in.ts'

// The client here is bitcoinjs-lib, as wallets use it; the words of refusals are the real node's.

const OWNER = faucetKey('owner')
const OTHER = addressOf(faucetKey('other'))

function addressOf({ script }: FaucetKey): string {
  return address.fromOutputScript(script, networks.regtest)
}

type Answer = Readonly<{ result?: unknown; error?: Readonly<{ code: number; message: string }> }>

async function ask({ url }: BitcoinStandIn, method: string, ...params: unknown[]): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer: unknown = await (await fetch(url, { method: 'POST', body })).json()
  assert.ok(typeof answer === 'object' && answer !== null)
  return answer
}

const send = (node: BitcoinStandIn, transaction: Transaction): Promise<Answer> =>
  ask(node, 'sendrawtransaction', transaction.toHex())

type Spend = Readonly<{ txid: string; value: bigint; pays: bigint; sequence?: number }>

/** Spends the first output of a transaction, as a wallet does. */
function spend({ txid, value, pays, sequence = 0xfffffffd }: Spend): Transaction {
  const psbt = new Psbt({ network: networks.regtest })
  psbt.addInput({ hash: txid, index: 0, sequence, witnessUtxo: { script: OWNER.script, value } })
  psbt.addOutput({ address: OTHER, value: pays })
  psbt.signAllInputs({
    publicKey: OWNER.publicKey,
    sign: (hash) => native.ecdsaSign(hash, OWNER.privateKey).signature,
  })
  psbt.setMaximumFeeRate(1_000_000)
  return psbt.finalizeAllInputs().extractTransaction(true)
}

const VALUE = 100_000n

async function paidOwner(node: BitcoinStandIn): Promise<string> {
  const txid = node.control.pay([{ to: addressOf(OWNER), value: VALUE }], false)
  node.control.mine(1)
  return txid
}

/** Planted fault: the verdict of libsecp256k1 is not asked for. */
test('a signature over other bytes, or over another amount, is refused', async () => {
  await using node = await startBitcoinStandIn()
  const txid = await paidOwner(node)
  const changed = spend({ txid, value: VALUE, pays: 90_000n })
  const [output] = changed.outs
  assert.ok(output !== undefined)
  output.value -= 1n
  assert.match((await send(node, changed)).error?.message ?? '', /script-verify-flag-failed/)
  const lied = spend({ txid, value: VALUE + 1n, pays: 90_000n })
  assert.match((await send(node, lied)).error?.message ?? '', /script-verify-flag-failed/)
  assert.equal((await send(node, spend({ txid, value: VALUE, pays: 90_000n }))).error, undefined)
})

test('what nodes do not pass on is refused in their words', async () => {
  await using node = await startBitcoinStandIn()
  const txid = await paidOwner(node)
  const said = async (one: Partial<Spend>): Promise<string | undefined> =>
    (await send(node, spend({ txid, value: VALUE, pays: 90_000n, ...one }))).error?.message
  assert.match((await said({ pays: 293n })) ?? '', /dust/)
  assert.match((await said({ pays: VALUE })) ?? '', /min relay fee not met/)
  assert.match((await said({ txid: 'ab'.repeat(32) })) ?? '', /missingorspent/)
  assert.match(
    (await ask(node, 'sendrawtransaction', 'abcd')).error?.message ?? '',
    /decode failed/,
  )
  assert.equal((await ask(node, 'getblockhash', 9_999)).error?.code, -8)
  assert.equal((await ask(node, 'getrawtransaction', 'ab'.repeat(32))).error?.code, -5)
})

/** Planted fault: a replacement is taken for one satoshi more. */
test('a replacement pays for all that it replaces, and for its own way', async () => {
  await using node = await startBitcoinStandIn()
  const txid = await paidOwner(node)
  const first = spend({ txid, value: VALUE, pays: 99_000n })
  assert.equal((await send(node, first)).result, first.getId())
  assert.equal((await send(node, first)).result, first.getId(), 'handing it in again is no failure')
  const barely = spend({ txid, value: VALUE, pays: 98_990n })
  assert.match((await send(node, barely)).error?.message ?? '', /not enough additional fees/)
  const better = spend({ txid, value: VALUE, pays: 98_000n })
  assert.equal((await send(node, better)).result, better.getId())
  assert.deepEqual((await ask(node, 'getrawmempool')).result, [better.getId()])
  node.control.mine(1)
  assert.equal((await send(node, better)).error?.code, -27)
  assert.match((await send(node, first)).error?.message ?? '', /missingorspent/)
})

test('what a fork takes off waits again, and what it dropped can be handed in again', async () => {
  await using node = await startBitcoinStandIn()
  const txid = await paidOwner(node)
  const payment = spend({ txid, value: VALUE, pays: 90_000n })
  await send(node, payment)
  node.control.mine(1)
  const before = (await ask(node, 'getbestblockhash')).result
  node.control.reorg(1, [payment.getId()])
  assert.notEqual((await ask(node, 'getbestblockhash')).result, before)
  assert.equal((await ask(node, 'getrawtransaction', payment.getId())).error?.code, -5)
  assert.equal((await send(node, payment)).result, payment.getId())
  node.control.mine(1)
  node.control.reorg(1, [])
  const found = (await ask(node, 'getrawtransaction', payment.getId(), 1)).result
  assert.ok(typeof found === 'object' && found !== null)
  assert.equal(Reflect.get(found, 'confirmations'), 1)
  await ask(node, 'invalidateblock', (await ask(node, 'getbestblockhash')).result)
  assert.deepEqual((await ask(node, 'getrawmempool')).result, [payment.getId()])
})

test('what a block made cannot be spent before a hundred others', async () => {
  await using node = await startBitcoinStandIn()
  node.control.mineTo(addressOf(OWNER))
  const block = (await ask(node, 'getblock', (await ask(node, 'getbestblockhash')).result, 1))
    .result
  assert.ok(typeof block === 'object' && block !== null)
  const [txid]: readonly unknown[] = Reflect.get(block, 'tx')
  const value = 5_000_000_000n
  const payment = spend({ txid: String(txid), value, pays: value - 1_000n })
  assert.match((await send(node, payment)).error?.message ?? '', /premature-spend-of-coinbase/)
  node.control.mine(98)
  assert.match((await send(node, payment)).error?.message ?? '', /premature-spend-of-coinbase/)
  node.control.mine(1)
  assert.equal((await send(node, payment)).error, undefined)
})

test('it is played over HTTP too', async () => {
  await using node = await startBitcoinStandIn()
  const control = async (name: string, given: unknown): Promise<unknown> => {
    const asked = { method: 'POST', body: JSON.stringify(given) }
    return (await fetch(`${node.url}/_control/${name}`, asked)).json()
  }
  const paid = await control('pay', { pays: [{ to: OTHER, value: '1000' }], replaceable: true })
  assert.ok(typeof paid === 'object' && paid !== null)
  const waiting = Reflect.get(paid, 'result')
  assert.deepEqual((await ask(node, 'getrawmempool')).result, [waiting])
  await control('replace', { txid: waiting })
  assert.notDeepEqual((await ask(node, 'getrawmempool')).result, [waiting])
  const height = (await ask(node, 'getblockcount')).result
  await control('mine', { blocks: 2 })
  assert.equal((await ask(node, 'getblockcount')).result, Number(height) + 2)
})
