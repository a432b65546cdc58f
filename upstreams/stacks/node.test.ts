import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  broadcastTransaction,
  fetchFeeEstimateTransaction,
  fetchFeeEstimateTransfer,
  fetchNonce,
  getAddressFromPrivateKey,
  makeSTXTokenTransfer,
  serializePayload,
} from '@stacks/transactions'
import { z } from 'zod'
import { startStacksStandIn } from './node.ts'

// The stand-in with the library of the wallets as its client.

const senderKey = `${'00'.repeat(31)}0701`
const sender = getAddressFromPrivateKey(senderKey, 'mainnet')
const recipient = 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7'

const transfer = (
  change: Readonly<{ amount?: bigint; fee?: bigint; nonce?: bigint; key?: string }>,
) =>
  makeSTXTokenTransfer({
    recipient,
    amount: change.amount ?? 1_000n,
    fee: change.fee ?? 500n,
    nonce: change.nonce ?? 0n,
    network: 'mainnet',
    senderKey: change.key ?? senderKey,
  })

const control = (url: string, verb: string, body: unknown): Promise<Response> =>
  fetch(`${url}/_control/${verb}`, { method: 'POST', body: JSON.stringify(body) })

const Reply = z.looseObject({ txid: z.string().optional(), reason: z.string().optional() })

test('a wallet finds out nonce and fee, pays, and sees its payment mined', async () => {
  await using standIn = await startStacksStandIn()
  const client = { baseUrl: standIn.url }
  await control(standIn.url, 'grant', { address: sender, amount: '1000000' })
  assert.equal(await fetchNonce({ address: sender, network: 'mainnet', client }), 0n)
  const transaction = await transfer({})
  assert.equal(await fetchFeeEstimateTransfer({ transaction, network: 'mainnet', client }), 180n)
  const payload = serializePayload(transaction.payload)
  const estimates = await fetchFeeEstimateTransaction({ payload, network: 'mainnet', client })
  assert.equal(estimates.length, 3)
  const { txid } = await broadcastTransaction({ transaction, network: 'mainnet', client })
  assert.equal(txid, transaction.txid())
  assert.equal(await fetchNonce({ address: sender, network: 'mainnet', client }), 1n)
  await control(standIn.url, 'mine', { blocks: 1 })
  const mined = await (await fetch(`${standIn.url}/extended/v1/tx/0x${txid}`)).json()
  assert.equal(z.looseObject({ tx_status: z.string() }).parse(mined).tx_status, 'success')
})

/** Seen to fail with a signature that nobody verifies, and with a nonce used twice. */
test('a node refuses what a stacks-node refuses, in its words', async () => {
  await using standIn = await startStacksStandIn()
  const client = { baseUrl: standIn.url }
  standIn.chain.grant(sender, 1_000_000n)
  const reply = async (transaction: Awaited<ReturnType<typeof transfer>>) =>
    Reply.parse(await broadcastTransaction({ transaction, network: 'mainnet', client }))
  assert.equal((await reply(await transfer({ fee: 179n }))).reason, 'FeeTooLow')
  assert.equal((await reply(await transfer({ amount: 999_501n }))).reason, 'NotEnoughFunds')
  assert.equal((await reply(await transfer({ nonce: 26n }))).reason, 'TooMuchChaining')
  assert.equal(
    (await reply(await transfer({ key: `${'00'.repeat(31)}0801` }))).reason,
    'NotEnoughFunds',
  )
  const forged = await transfer({})
  forged.setNonce(1n)
  assert.equal((await reply(forged)).reason, 'SignatureValidation')
  const first = await transfer({})
  assert.equal((await reply(first)).reason, undefined)
  assert.equal((await reply(first)).txid, first.txid())
  assert.equal((await reply(await transfer({ amount: 2n }))).reason, 'ConflictingNonceInMempool')
  const dearer = await transfer({ amount: 2n, fee: 501n })
  assert.equal((await reply(dearer)).txid, dearer.txid())
  const replaced = standIn.chain.dropped(`0x${first.txid()}`)
  assert.equal(replaced, 'dropped_replace_by_fee')
  standIn.chain.mine(1)
  assert.equal((await reply(first)).reason, 'BadNonce')
  const bytes = Buffer.concat([first.serializeBytes(), Uint8Array.of(0)])
  const answer = await fetch(`${standIn.url}/v2/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
  })
  assert.equal(Reply.parse(await answer.json()).reason, 'Deserialization')
})

test('a fork brings back what it is not told to drop', async () => {
  await using standIn = await startStacksStandIn()
  const client = { baseUrl: standIn.url }
  await control(standIn.url, 'grant', { address: sender, amount: '1000000' })
  const first = await transfer({})
  await broadcastTransaction({ transaction: first, network: 'mainnet', client })
  await control(standIn.url, 'mine', { blocks: 2 })
  const before = standIn.chain.blocks().at(-1)
  await control(standIn.url, 'reorg', { depth: 2, drop: [] })
  const after = standIn.chain.blocks().at(-1)
  assert.equal(after?.height, before?.height)
  assert.notEqual(after?.indexHash, before?.indexHash)
  assert.ok(standIn.chain.mined(`0x${first.txid()}`) !== undefined)
  await control(standIn.url, 'reorg', { depth: 2, drop: [`0x${first.txid()}`] })
  assert.equal(standIn.chain.mined(`0x${first.txid()}`), undefined)
  const nonce = await fetchNonce({ address: sender, network: 'mainnet', client })
  assert.equal(nonce, 0n)
})
