import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestPlatform } from './test-platform.ts'
import type { V1Client } from './v1-client.ts'

const NETWORKS = [
  ['USDT', 'BSC', 'BNB'],
  ['USDT', 'Tron', 'TRX'],
  ['BTC', 'Bitcoin', 'BTC'],
] as const

/** Deposits to a new wallet and, for the fees, to the treasury; both final at once. */
async function deposit(client: V1Client, [currency, network, coin]: (typeof NETWORKS)[number]) {
  const wallet = await client.post('/v1/wallets', { customer_id: 'c1', currency, network })
  const { deposit_address: address } = Object(wallet.json['data'])
  const plan = await client.get(`/v1/sweeps/plan?currency=${currency}&network=${network}`)
  const { treasury } = Object(plan.json['data'])
  const confirmations = 40
  for (const one of [
    { address, currency, network, amount: '250.5', confirmations },
    { address: treasury, currency: coin, network, amount: '10', confirmations },
  ]) {
    const sent = await client.post('/v1/sandbox/deposits', one)
    assert.equal(sent.status, 201, sent.text)
  }
}

async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  for (let looks = 0; looks < 3_000; looks += 1) {
    const value = await look()
    if (value !== undefined) return value
  }
  throw new Error(`never: ${what}`)
}

/**
 * With the platform's own processes: the transaction is built by the worker, signed by the signer
 * after it read for itself what the bytes do, and followed to its final block.
 */
test('deposits of sandbox networks are swept by the signer’s keys', async () => {
  await using stack = new AsyncDisposableStack()
  const { client } = await startTestPlatform(stack)
  for (const network of NETWORKS) {
    await deposit(client, network)
    const body = { currency: network[0], network: network[1] }
    const id = await until('a sweep begins', async () => {
      const { status, json } = await client.post('/v1/sweeps', body)
      return status === 202 ? String(Object(json['data']).id) : undefined
    })
    const ended = await until('the sweep ends', async () => {
      await client.post('/v1/sandbox/chains/mine', { network: network[1], blocks: 10 })
      const { json } = await client.get(`/v1/sweeps/${id}`)
      const sweep = Object(json['data'])
      return sweep.status === 'sending' ? undefined : sweep
    })
    assert.deepEqual([ended.status, ended.problem], ['completed', null], network[1])
    assert.deepEqual(
      ended.legs.map((leg: { amount: string }) => leg.amount),
      ['250.5'],
    )
  }
})
