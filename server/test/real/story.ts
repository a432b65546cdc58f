import assert from 'node:assert/strict'
import { z } from 'zod'
import type { AdapterWorld } from '../../src/chains/contract-world.suite.ts'
import { reconcile } from '../../src/custody/reconcile.action.ts'
import { chartBalances } from '../../src/ledger/read-balances.action.ts'
import { formatUnits, parseUnits } from '../../src/money/amount.ts'
import { knownAsset, knownNetwork, type Asset } from '../../src/money/registry.ts'
import { units as unitsOf, type Units } from '../../src/money/units.ts'
import {
  balanceOf,
  dataOf,
  openWallet,
  planOf,
  Session,
  transactionsOf,
  treasuryOf,
  untilBalance,
  type OpenedWallet,
} from './merchant.ts'
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

const Leg = z.looseObject({ amount: z.string() })
const Sweep = z.looseObject({
  id: z.string(),
  status: z.string(),
  problem: z.string().nullable(),
  legs: z.array(Leg),
})

/**
 * Tells the whole life of coins on a chain through the platform's own processes: they arrive, a
 * fork takes them away, they arrive again and are final, a deeper fork takes them once more, and in
 * the end they lie in the treasury and the books agree with the chain. Then more comes, and in the
 * end somebody pays a checkout session.
 */
export async function tellStory(story: Story): Promise<void> {
  await using real = await startRealPlatform(story.entry)
  const treasury = await treasuryOf(real, story.asset)
  const wallet = await tellDeposits(real, story)
  await fillTank(real, story, treasury)
  await sweeps(real, story)
  await booksAgree(real, story, unitsOfStory(story))
  const both = unitsOf(2n * unitsOfStory(story))
  await paysAgain(real, story, { wallet, both })
  await sweeps(real, story)
  await booksAgree(real, story, both)
  await paysCheckout(real, story)
}

/** The part of the story until the coins are final. */
export async function tellDeposits(real: RealPlatform, story: Story): Promise<OpenedWallet> {
  const wallet = await openWallet(real, story.asset)
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

/** A payer chooses the chain, pays there, and the payment is completed when that is final. */
async function paysCheckout(real: RealPlatform, story: Story): Promise<void> {
  const { client } = real
  const { world, asset, finalBlocks } = story
  const order = { amount: 20, currency: 'USD', product_name: 'A thing' }
  const body = { ...order, accepted_assets: [asset.code] }
  const session = dataOf(Session, await client.post('/v1/checkout/sessions', body))
  const { address: to, amount: due } = session.payment_details[0]
  const units = parseUnits(due, asset.decimals)
  await world.send('normal', [{ to, asset: asset.id, units }])
  await world.mine(finalBlocks)
  let status = ''
  const isPaid = async (): Promise<true | undefined> => {
    const answer = await client.get(`/v1/checkout/sessions/${session.id}`)
    status = dataOf(Session, answer).status
    return status === 'confirmed' ? true : undefined
  }
  await until('the session is paid', isPaid, () => status)
  await agreesWithChain(real, asset)
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

/** The coins go to the treasury. */
export async function sweeps(real: RealPlatform, story: Story): Promise<void> {
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
export async function fillTank(real: RealPlatform, story: Story, treasury: string): Promise<void> {
  const { world, asset, tank, finalBlocks } = story
  if (tank === undefined) return
  const poor = await planOf(real, asset)
  assert.ok(poor.text.includes(treasury), poor.text)
  const native = knownAsset(knownNetwork(asset.chain).native)
  const units = parseUnits(tank, native.decimals)
  await world.send('normal', [{ to: treasury, asset: native.id, units }])
  await world.mine(finalBlocks)
}

/** The chain holds the coins where they were brought, and the books say so. */
async function booksAgree(real: RealPlatform, story: Story, whole: Units): Promise<void> {
  const { ctx, sandbox } = real.platform
  const { asset } = story
  assert.ok(sandbox)
  const book = sandbox.organization.test
  const treasury = await treasuryOf(real, story.asset)
  const adapter = ctx.chains.of(book, asset.chain)?.adapter
  assert.ok(adapter !== undefined)
  const { latest } = await adapter.tips()
  const arrived = await adapter.balanceOf(treasury, asset.id, latest.height)
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
