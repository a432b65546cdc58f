import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PAYEES } from './payout-world.ts'
import { startTestPlatform } from './test-platform.ts'
import type { V1Client } from './v1-client.ts'

const LOOKS_MAX = 4_000

type Told = Readonly<{ payout_id: string; status: string; tx_hash: string | null }>

async function until(client: V1Client, id: string, network: string): Promise<Told> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    await client.post('/v1/sandbox/chains/mine', { network, blocks: 3 })
    const told: Told = Object((await client.get(`/v1/payouts/${id}`)).json['data'])
    if (told.status !== 'processing') return told
  }
  throw new Error(`${id} was processing for ever`)
}

/**
 * All of it through the door: the worker, the signer's own process and the sandbox's chains.
 * Planted fault: a worker without the job that dispatches.
 */
test('what is funded over HTTP is paid out over HTTP, signed by the signer', async () => {
  await using stack = new AsyncDisposableStack()
  const { client } = await startTestPlatform(stack)
  const cases = [
    ['USDT', 'BSC', PAYEES.evm, '25'],
    ['USDT', 'Tron', PAYEES.tron, '25'],
    ['BTC', 'Bitcoin', PAYEES.bitcoin, '0.01'],
  ] as const
  for (const [currency, network, address, amount] of cases) {
    const funds = { currency, network, amount: '100' }
    const funded = await client.post('/v1/sandbox/funds', funds)
    assert.equal(funded.status, 201, funded.text)
    const asked = { amount, currency, network, destination_address: address }
    const reply = await client.post('/v1/payouts', asked)
    assert.equal(reply.status, 202, reply.text)
    const { payout_id: id }: Told = Object(reply.json['data'])
    const told = await until(client, id, network)
    assert.equal(told.status, 'completed', `${currency} on ${network}: ${JSON.stringify(told)}`)
    assert.ok(told.tx_hash)
  }
})
