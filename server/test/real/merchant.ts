import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Asset } from '../../src/money/registry.ts'
import type { V1Answer } from '../v1-client.ts'
import { until, type RealPlatform } from './real-platform.ts'

// What a merchant asks of the platform, by its API alone.

/** A wallet of a customer, as the API tells it. */
export type OpenedWallet = Readonly<{ id: string; address: string }>

const Wallet = z.looseObject({ id: z.string(), deposit_address: z.string() })
const Balances = z.looseObject({ balance: z.string(), pending_balance: z.string() })
const Transactions = z.array(z.looseObject({ status: z.string(), tx_hash: z.string() }))
const Plan = z.looseObject({ treasury: z.string() })
const Option = z.looseObject({ address: z.string(), amount: z.string() })
/** A checkout session as far as its payer needs it. */
export const Session = z.looseObject({
  id: z.string(),
  status: z.string(),
  payment_details: z.tuple([Option]),
})

/** What an answer holds. */
export const dataOf = <Data>(schema: z.ZodType<Data>, answer: V1Answer): Data => {
  assert.ok(answer.status < 300, answer.text)
  return schema.parse(answer.json['data'])
}

/** Opens a wallet; where the signer still makes the first addresses, as soon as there are some. */
export async function openWallet(
  { client }: RealPlatform,
  { currency, network }: Asset,
): Promise<OpenedWallet> {
  const body = { customer_id: 'c1', currency, network }
  return until('a wallet is opened', async () => {
    const answer = await client.post('/v1/wallets', body)
    if (answer.status === 503) return undefined
    const { id, deposit_address: address } = dataOf(Wallet, answer)
    return { id, address }
  })
}

/** What arrived for a wallet, the newest first. */
export async function transactionsOf({ client }: RealPlatform, { id }: OpenedWallet) {
  return dataOf(Transactions, await client.get(`/v1/wallets/${id}/transactions`))
}

/** What a wallet may spend, and what is on its way to it. */
export async function balanceOf({ client }: RealPlatform, { id }: OpenedWallet) {
  const { balance, pending_balance: pending } = dataOf(
    Balances,
    await client.get(`/v1/wallets/${id}`),
  )
  return { balance, pending }
}

/** Waits until a wallet has this. */
export async function untilBalance(
  real: RealPlatform,
  wallet: OpenedWallet,
  wanted: Readonly<{ balance: string; pending: string }>,
): Promise<void> {
  let seen: Readonly<{ balance: string; pending: string }> | undefined
  const look = async (): Promise<true | undefined> => {
    seen = await balanceOf(real, wallet)
    const isThere = seen.balance === wanted.balance && seen.pending === wanted.pending
    return isThere ? true : undefined
  }
  await until(`the balance is ${JSON.stringify(wanted)}`, look, () => seen)
}

/** Asks what a sweep would do. */
export function planOf({ client }: RealPlatform, asset: Asset): Promise<V1Answer> {
  const name = `currency=${asset.currency}&network=${encodeURIComponent(asset.network)}`
  return client.get(`/v1/sweeps/plan?${name}`)
}

/** Where sweeps go. */
export const treasuryOf = async (real: RealPlatform, asset: Asset): Promise<string> =>
  dataOf(Plan, await planOf(real, asset)).treasury
