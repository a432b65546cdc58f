import assert from 'node:assert/strict'
import { z } from 'zod'
import type { AdapterWorld } from '../../src/chains/contract.suite.ts'
import { reconcile } from '../../src/custody/reconcile.action.ts'
import { chartBalances } from '../../src/ledger/read-balances.action.ts'
import { formatUnits, parseUnits } from '../../src/money/amount.ts'
import { knownAsset, knownNetwork, type Asset } from '../../src/money/registry.ts'
import { units as unitsOf, type Units } from '../../src/money/units.ts'
import type { V1Answer } from '../v1-client.ts'
import { startRealPlatform, until, type NodeEntry, type RealPlatform } from './real-platform.ts'

/** What of a chain's world a story plays. */
export type PlayedChain = Pick<AdapterWorld, 'adapter' | 'send' | 'mine' | 'reorg'>

/** A chain, and what is told of it. */
export type Story = Readonly<{
  world: PlayedChain
  entry: NodeEntry
  /** What is paid and swept. */
  asset: Asset
  amount: string
  /** Blocks after which the first of them is final. */
  finalBlocks: number
  /** How deep a fork is that undoes a final block; absent where final blocks stay. */
  forkBelowFinal?: number
  /** What the treasury is given for fees; absent where the coins that move pay. */
  tank?: string
}>

/** A wallet of a customer, as the API tells it. */
export type OpenedWallet = Readonly<{ id: string; address: string }>

const Wallet = z.looseObject({ id: z.string(), deposit_address: z.string() })
const Balances = z.looseObject({ balance: z.string(), pending_balance: z.string() })
const Transactions = z.array(z.looseObject({ status: z.string(), tx_hash: z.string() }))
const Plan = z.looseObject({ treasury: z.string() })
const Leg = z.looseObject({ amount: z.string() })
const Sweep = z.looseObject({
  id: z.string(),
  status: z.string(),
  problem: z.string().nullable(),
  legs: z.array(Leg),
})

/** What an answer holds. */
export const dataOf = <Data>(schema: z.ZodType<Data>, answer: V1Answer): Data => {
  assert.ok(answer.status < 300, answer.text)
  return schema.parse(answer.json['data'])
}

/**
 * Tells the whole life of coins on a chain through the platform's own processes: they arrive, a
 * fork takes them away, they arrive again and are final, a deeper fork takes them once more, and in
 * the end they lie in the treasury and the books agree with the chain. Then more comes.
 */
export async function tellStory(story: Story): Promise<void> {
  await using real = await startRealPlatform(story.entry)
  const treasury = await treasuryOf(real, story)
  const wallet = await tellDeposits(real, story)
  await fillTank(real, story, treasury)
  await sweeps(real, story)
  await booksAgree(real, story, unitsOfStory(story))
  const both = unitsOf(2n * unitsOfStory(story))
  await paysAgain(real, story, { wallet, both })
  await sweeps(real, story)
  await booksAgree(real, story, both)
}

/** The part of the story until the coins are final. */
export async function tellDeposits(real: RealPlatform, story: Story): Promise<OpenedWallet> {
  const wallet = await openWallet(real, story.asset)
  await openCheckout(real, story.asset)
  const first = await arrives(real, story, wallet)
  await story.world.reorg(1, [first])
  await until('the fork takes it back', async () => {
    const [latest] = await transactionsOf(real, wallet)
    return latest === undefined || latest.status === 'reverted' ? true : undefined
  })
  assert.deepEqual(await balanceOf(real, wallet), { balance: '0', pending: '0' })
  const second = await becomesFinal(real, story, wallet)
  if (story.forkBelowFinal !== undefined) {
    await story.world.reorg(story.forkBelowFinal, [second])
    await story.world.mine(1)
    await untilBalance(real, wallet, { balance: '0', pending: '0' })
    await becomesFinal(real, story, wallet)
  }
  return wallet
}

const unitsOfStory = ({ amount, asset }: Story): Units => parseUnits(amount, asset.decimals)

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

/** A payer may choose the chain as well. */
async function openCheckout({ client }: RealPlatform, { code }: Asset): Promise<void> {
  const body = { amount: 20, currency: 'USD', product_name: 'A thing', accepted_assets: [code] }
  const answer = await client.post('/v1/checkout/sessions', body)
  assert.equal(answer.status, 201, answer.text)
  const { payment_details: options } = Object(answer.json['data'])
  assert.equal(Array.from(options).length, 1, answer.text)
}

async function transactionsOf({ client }: RealPlatform, { id }: OpenedWallet) {
  return dataOf(Transactions, await client.get(`/v1/wallets/${id}/transactions`))
}

async function balanceOf({ client }: RealPlatform, { id }: OpenedWallet) {
  const { balance, pending_balance: pending } = dataOf(
    Balances,
    await client.get(`/v1/wallets/${id}`),
  )
  return { balance, pending }
}

async function untilBalance(
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

/** Coins come into a block, where they are on their way. */
async function arrives(
  real: RealPlatform,
  { world, asset, amount }: Story,
  wallet: OpenedWallet,
): Promise<string> {
  const units = parseUnits(amount, asset.decimals)
  const txHash = await world.send('normal', [{ to: wallet.address, asset: asset.id, units }])
  await world.mine(1)
  await untilBalance(real, wallet, { balance: '0', pending: amount })
  return txHash
}

async function becomesFinal(
  real: RealPlatform,
  story: Story,
  wallet: OpenedWallet,
): Promise<string> {
  const txHash = await arrives(real, story, wallet)
  await story.world.mine(story.finalBlocks - 1)
  await untilBalance(real, wallet, { balance: story.amount, pending: '0' })
  return txHash
}

async function paysAgain(
  real: RealPlatform,
  { world, asset, amount, finalBlocks }: Story,
  { wallet, both }: Readonly<{ wallet: OpenedWallet; both: Units }>,
): Promise<void> {
  const units = parseUnits(amount, asset.decimals)
  await world.send('normal', [{ to: wallet.address, asset: asset.id, units }])
  await world.mine(finalBlocks)
  await untilBalance(real, wallet, { balance: formatUnits(both, asset.decimals), pending: '0' })
}

function planOf({ client }: RealPlatform, { asset }: Story): Promise<V1Answer> {
  const name = `currency=${asset.currency}&network=${encodeURIComponent(asset.network)}`
  return client.get(`/v1/sweeps/plan?${name}`)
}

const treasuryOf = async (real: RealPlatform, story: Story): Promise<string> =>
  dataOf(Plan, await planOf(real, story)).treasury

/** The coins go to the treasury. */
async function sweeps(real: RealPlatform, story: Story): Promise<void> {
  const { client } = real
  const { asset, world } = story
  const { currency, network } = asset
  const { id } = dataOf(Sweep, await client.post('/v1/sweeps', { currency, network }))
  const ended = await until('the sweep ends', async () => {
    await world.mine(2)
    const sweep = dataOf(Sweep, await client.get(`/v1/sweeps/${id}`))
    return sweep.status === 'sending' ? undefined : sweep
  })
  assert.deepEqual([ended.status, ended.problem], ['completed', null])
}

/** Who is told that a sweep cannot be paid is told where to send coins. */
async function fillTank(real: RealPlatform, story: Story, treasury: string): Promise<void> {
  const { world, asset, tank, finalBlocks } = story
  if (tank === undefined) return
  const poor = await planOf(real, story)
  assert.ok(poor.text.includes(treasury), poor.text)
  const native = knownAsset(knownNetwork(asset.chain).native)
  const units = parseUnits(tank, native.decimals)
  await world.send('normal', [{ to: treasury, asset: native.id, units }])
  await world.mine(finalBlocks)
}

/** The chain holds the coins where they were brought, and the books say so. */
async function booksAgree(real: RealPlatform, story: Story, whole: Units): Promise<void> {
  const { ctx, sandbox } = real.platform
  const { asset, world } = story
  assert.ok(sandbox)
  const book = sandbox.organization.test
  const treasury = await treasuryOf(real, story)
  const { latest } = await world.adapter.tips()
  const arrived = await world.adapter.balanceOf(treasury, asset.id, latest.height)
  const { native } = knownNetwork(asset.chain)
  const accounts = await chartBalances(ctx.db, book.bookId)
  const fee = accounts.find((one) => one.purpose === 'fees.network' && one.asset === native)
  assert.ok(fee !== undefined && fee.posted > 0n, 'the fee is booked')
  if (story.tank === undefined) assert.equal(arrived, whole - fee.posted)
  if (asset.id !== native) assert.equal(arrived, whole)
  await agreesWithChain(real, asset)
}

/** What the books say of every asset of a chain is what lies at the addresses there. */
export async function agreesWithChain(
  { platform: { ctx, sandbox } }: RealPlatform,
  asset: Asset,
): Promise<void> {
  assert.ok(sandbox)
  const book = sandbox.organization.test
  const { assets } = await reconcile(ctx, book, asset.chain)
  assert.deepEqual(
    assets.map(({ asset: id, difference }) => [id, difference]),
    assets.map(({ asset: id }) => [id, 0n]),
  )
}
