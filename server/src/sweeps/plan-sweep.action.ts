import type { BookChain } from '../chains/contract-book-chain.ts'
import type { ChainSender, FeeEstimate, OwnKey, SendRequest } from '../chains/contract-sending.ts'
import { isSimulated } from '../custody/deposit-route.ts'
import type { Holding } from '../custody/holding.ts'
import { holdingsOf } from '../custody/holdings.action.ts'
import type { Chains } from '../custody/chains.ts'
import type { Treasury } from '../custody/treasury-key.action.ts'
import { AppError, isError } from '../errors/app-error.ts'
import { knownAsset, knownNetwork, type Asset } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'
import type { Rates } from '../rates/rates.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { planOf, type SweepPlan } from './plan.ts'
import { readRemaining } from './read-remaining.action.ts'

/** What planning a sweep needs. */
export type PlanSweepCtx = Pick<ShellCtx, 'db'> &
  Readonly<{ chains: Chains; rates: Rates; treasury: Treasury }>

/** How a family empties several addresses, or one. */
type Way = 'paid by the treasury' | 'paid from the coins' | 'one by one' | 'topped up'

const WAYS = {
  eip155: 'paid by the treasury',
  solana: 'paid by the treasury',
  bip122: 'paid from the coins',
  tron: 'one by one',
  stacks: 'one by one',
  polkadot: 'one by one',
} as const satisfies Record<string, Way>

/** Most addresses that are emptied at a time. */
const LEGS_MAX = 50

/** No fee comes near it; the limit of a sweep is what its plan says. */
const ANY_FEE = units(10n ** 30n)

/**
 * What sweeping an asset would do and cost now. Nothing is spent and nothing is written but the
 * treasury's address, at the first time.
 *
 * @throws sweeps.sweep_not_possible, what `Treasury.keyOf` throws
 */
export async function planSweep(ctx: PlanSweepCtx, book: Book, asset: Asset): Promise<SweepPlan> {
  const treasury = await ctx.treasury.keyOf(book, asset.chain)
  const chain = ctx.chains.of(book, asset.chain)
  if (chain?.sender === undefined) throw impossible(asset, 'no node to send with is connected')
  const way = wayOf(chain, asset)
  const limit = way === 'one by one' || way === 'topped up' ? 1 : LEGS_MAX
  const of = { bookId: book.bookId, chain: asset.chain, asset: asset.id }
  const booked = await holdingsOf(ctx.db, of, LEGS_MAX)
  const holdings = (await readRemaining(chain.adapter, asset.id, booked)).slice(0, limit)
  const facts = { chain: asset.chain, asset: asset.id, treasury, holdings }
  if (holdings.length === 0) {
    const none = { fee: units(0n), feeMax: units(0n), setupFee: undefined }
    return planOf({ ...facts, ...none, feeInAsset: undefined })
  }
  const wanted = sweepRequest(chain, asset, { ...facts, feeMax: ANY_FEE })
  const request = way === 'topped up' ? { ...wanted, feeLater: true } : wanted
  const { fee, feeMax } = await estimateFee(chain.sender, { asset, treasury }, request)
  if (way === 'topped up') {
    const first = await topUpOf(chain, { asset, treasury }, { holdings, feeMax })
    const whole = units(fee + (first.setupFee ?? 0n))
    const worth = await feeIn(ctx, book, { fee: whole, asset })
    return planOf({ ...facts, ...first, fee, feeMax, feeInAsset: worth })
  }
  const feeInAsset = await feeIn(ctx, book, { fee, asset })
  const isReady = !(await chain.sender.needsSetup?.(request))
  if (isReady) return planOf({ ...facts, fee, feeMax, setupFee: undefined, feeInAsset })
  const first = setupRequest(asset, treasury, ANY_FEE)
  const setup = await estimateFee(chain.sender, { asset, treasury }, first)
  const dearer = setup.feeMax > feeMax ? setup.feeMax : feeMax
  return planOf({ ...facts, fee, feeMax: dearer, setupFee: setup.fee, feeInAsset })
}

/** What is asked of the chain to empty addresses into the treasury. */
export function sweepRequest(
  chain: BookChain,
  asset: Asset,
  sweep: Readonly<{
    treasury: SweepPlan['treasury']
    holdings: readonly Pick<Holding, 'address' | 'path' | 'units'>[]
    feeMax: Units
  }>,
): SendRequest {
  const { treasury, holdings, feeMax } = sweep
  const [first, ...more] = holdings.map(({ path, address }) => ({ path, address }))
  if (first === undefined) throw new Error('a sweep has an address')
  const isPaid = wayOf(chain, asset) === 'paid by the treasury'
  const held = holdings.reduce((sum, one) => sum + one.units, 0n)
  const isCoin = asset.kind === 'native'
  // What pays its own fee brings less than it holds; the plan has judged whether it is worth it.
  const least = isPaid || !isCoin ? held : held - feeMax
  return {
    from: [first, ...more],
    payments: [
      {
        to: treasury.address,
        path: treasury.path,
        asset: asset.id,
        units: units(least > 0n ? least : 1n),
      },
    ],
    ...(isPaid ? { feePayer: treasury } : {}),
    everything: true,
    speed: 'slow',
    feeMax,
  }
}

/** What an address lacks to pay for its own sweep, and what bringing it there costs. */
async function topUpOf(
  { adapter, sender }: BookChain,
  { asset, treasury }: Readonly<{ asset: Asset; treasury: OwnKey }>,
  { holdings: [holding], feeMax }: Readonly<{ holdings: readonly Holding[]; feeMax: Units }>,
): Promise<Pick<SweepPlan, 'gas' | 'setupFee'>> {
  if (sender === undefined || holding === undefined) throw new Error('a sweep has an address')
  const { latest } = await adapter.tips()
  const { native } = knownNetwork(asset.chain)
  const held = await adapter.balanceOf(holding.address, native, latest.height)
  if (held >= feeMax) return { gas: undefined, setupFee: undefined }
  const gas = units(feeMax - held)
  const request = gasRequest(asset, treasury, { holding, gas, feeMax: ANY_FEE })
  const { fee } = await estimateFee(sender, { asset, treasury }, request)
  return { gas, setupFee: fee }
}

/** What is asked of the chain to give an address the coins with which it pays for its sweep. */
export const gasRequest = (
  { chain }: Asset,
  treasury: OwnKey,
  to: Readonly<{ holding: Pick<Holding, 'address' | 'path'>; gas: Units; feeMax: Units }>,
): SendRequest => ({
  from: [treasury],
  payments: [
    {
      to: to.holding.address,
      path: to.holding.path,
      asset: knownNetwork(chain).native,
      units: to.gas,
    },
  ],
  speed: 'slow',
  feeMax: to.feeMax,
})

/** What is asked of the chain to make it ready for sweeps into the treasury. */
export const setupRequest = (
  { chain }: Asset,
  { path, address: to }: OwnKey,
  feeMax: Units,
): SendRequest => ({
  from: [{ path, address: to }],
  payments: [{ to, path, asset: knownNetwork(chain).native, units: units(1n) }],
  setup: true,
  speed: 'slow',
  feeMax,
})

function wayOf(chain: BookChain, asset: Asset): Way {
  if (isSimulated(chain)) return 'paid by the treasury'
  const { family } = knownNetwork(asset.chain)
  // An address that let the sweeper act for it takes no coins from wallets with a fixed gas limit.
  const way = family === 'eip155' && asset.kind === 'native' ? 'one by one' : WAYS[family]
  return way === 'one by one' && asset.kind === 'token' ? 'topped up' : way
}

/**
 * What a request would cost, where the treasury can pay for it.
 *
 * @throws sweeps.sweep_not_possible, chain.unreachable
 */
export async function estimateFee(
  sender: ChainSender,
  { asset, treasury }: Readonly<{ asset: Asset; treasury: OwnKey }>,
  request: SendRequest,
): Promise<FeeEstimate> {
  try {
    return await sender.estimate(request)
  } catch (error) {
    const { native } = knownNetwork(asset.chain)
    const payer = request.feePayer ?? request.from[0]
    const isPoor = isError(error, 'chain.insufficient_funds') && error.context.asset === native
    if (isPoor && payer.address === treasury.address) {
      const { currency } = knownAsset(native)
      throw impossible(
        asset,
        `send ${currency} for fees to your treasury ${treasury.address} first`,
      )
    }
    const isKnown =
      isError(error, 'chain.payment_not_possible') || isError(error, 'chain.insufficient_funds')
    throw isKnown ? impossible(asset, error.message) : error
  }
}

/** What a fee is worth in an asset, rounded up; absent without a price. */
export async function feeIn(
  ctx: PlanSweepCtx,
  book: Book,
  { fee, asset }: Readonly<{ fee: Units; asset: Asset }>,
): Promise<Units | undefined> {
  const native = knownAsset(knownNetwork(asset.chain).native)
  if (native.id === asset.id) return fee
  if (fee === 0n) return fee
  try {
    const converted = await ctx.rates.convert(book, {
      units: fee,
      from: { currency: native.id, decimals: native.decimals },
      to: { currency: asset.id, decimals: asset.decimals },
      mode: 'up',
    })
    return converted.units
  } catch (error) {
    if (isError(error, 'rates.rate_unavailable')) return undefined
    throw error
  }
}

/** The refusal of whatever moves coins that cannot be moved now. */
export const impossible = (asset: Asset, problem: string): AppError =>
  new AppError('sweeps.sweep_not_possible', { asset: asset.code, problem })
