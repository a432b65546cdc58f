import type { BookChain } from '../chains/contract-book-chain.ts'
import type { OwnKey } from '../chains/contract-sending.ts'
import { spendableOf } from '../custody/spendable.action.ts'
import { AppError, isError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset, knownNetwork, type Asset } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { SweepCtx } from '../sweeps/start-sweep.action.ts'
import { wantGas } from '../sweeps/want-gas.action.ts'
import { gatherCoins } from './gather-coins.action.ts'
import type { Supply, SupplyNeed } from './supply.ts'

/** What looking after the coins of a dispatch needs. */
export type SupplyCtx = SweepCtx

/** A need, with where it is to be met. */
type Place = Readonly<{
  book: Book
  chain: BookChain
  key: OwnKey
  asset: Asset
  native: Asset
  need: SupplyNeed
}>

/**
 * Whether the treasury's key holds at the latest block what a dispatch takes, less what is planned
 * or on its way from it already. What it lacks is brought: coins from deposit addresses by a sweep,
 * in a sandbox coins for the fee from its faucet. Called before a dispatch is planned, and again
 * until it says `ready`; asked twice, nothing is brought twice.
 *
 * @throws custody.no_deposit_route, chain.unreachable, and what `Treasury.keyOf` throws
 */
export async function ensureSupply(ctx: SupplyCtx, book: Book, need: SupplyNeed): Promise<Supply> {
  const asset = knownAsset(need.asset)
  const native = knownAsset(knownNetwork(asset.chain).native)
  const chain = ctx.chains.of(book, asset.chain)
  if (chain === undefined) throw new AppError('custody.no_deposit_route', { chain: asset.chain })
  const key = await ctx.treasury.keyOf(book, asset.chain)
  const place = { book, chain, key, asset, native, need }
  const takes = takenOf(place)
  const held = await spendable(ctx, place, { of: asset, enough: takes })
  if (held < need.units) return gather(ctx, place, { held, missing: units(takes - held) })
  if (held >= takes && asset.id === native.id) return 'ready'
  return ensureFee(ctx, place, held)
}

/** What it takes of its own asset: the fee is among it where that is the chain's coin. */
const takenOf = ({ asset, native, need }: Place): Units =>
  units(need.units + (asset.id === native.id ? need.feeMax : 0n))

const spendable = (
  { db }: Pick<SupplyCtx, 'db'>,
  { book, chain, key }: Place,
  { of, enough }: Readonly<{ of: Asset; enough: Units }>,
): Promise<Units> =>
  spendableOf({ db }, { book, chain, address: key.address, asset: of.id, enough })

/** The fee, once there are coins to pay out. @param held what can be spent of the asset */
async function ensureFee(ctx: SupplyCtx, place: Place, held: Units): Promise<Supply> {
  const { asset, native, need } = place
  const isCoin = asset.id === native.id
  const paid = isCoin ? need.units : 0n
  const coins = isCoin ? held : await spendable(ctx, place, { of: native, enough: need.feeMax })
  const least = units(paid + need.feeMax)
  if (coins >= least) return 'ready'
  // The limit may be far above what the chain asks for now.
  const asked = await feeNow(place)
  if (asked !== undefined && coins >= paid + asked) return 'ready'
  const missing = units(least - coins)
  const gathered = isCoin ? await gatherCoins(ctx, { ...place, missing }) : undefined
  return gathered ?? fillTank(ctx, place, { least, coins })
}

/** The limit that a transaction like this would be signed with now, where the chain says so. */
async function feeNow({ chain, key, asset, need }: Place): Promise<Units | undefined> {
  const payment = { to: key.address, path: key.path, asset: asset.id, units: need.units }
  const { feeMax } = need
  try {
    const request = { from: [key], payments: [payment], speed: 'normal', feeMax } as const
    return (await chain.sender?.estimate(request))?.feeMax
  } catch (error) {
    if (isError(error, 'chain.unreachable') || !(error instanceof AppError)) throw error
    return undefined
  }
}

async function fillTank(
  ctx: SupplyCtx,
  { book, key, native, asset }: Place,
  { least, coins }: Readonly<{ least: Units; coins: Units }>,
): Promise<Supply> {
  const { chain } = asset
  const filling = await ctx.faucet.fill(book, { chain, least })
  if (filling === 'there') return 'ready'
  if (filling === 'coming') {
    const problem = `Coins for the fee are on their way to the treasury on ${native.network} and wait for a block.`
    return { waitsFor: 'gas', problem }
  }
  await wantGas(ctx, { bookId: book.bookId, chain, wanted: least })
  const missing = textOf(units(least - coins), native)
  const problem = `${missing} for the fee is missing: send it to your treasury ${key.address} on ${native.network}.`
  return { waitsFor: 'gas', problem }
}

type Shortage = Readonly<{ held: Units; missing: Units }>

/** Coins from deposit addresses, or who has to bring what is nowhere. */
async function gather(ctx: SupplyCtx, place: Place, shortage: Shortage): Promise<Supply> {
  const gathered = await gatherCoins(ctx, { ...place, missing: shortage.missing })
  if (gathered !== undefined) return gathered
  const { asset, native, key } = place
  if (asset.id === native.id) {
    // Fees were paid out of these coins: in a sandbox the faucet stands in for them.
    const least = units(shortage.held + shortage.missing)
    const filling = await ctx.faucet.fill(place.book, { chain: asset.chain, least })
    if (filling === 'there') return 'ready'
    if (filling === 'coming') {
      const problem = `Coins are on their way to the treasury on ${asset.network} and wait for a block.`
      return { waitsFor: 'gas', problem }
    }
  }
  const missing = textOf(shortage.missing, asset)
  const problem = `${missing} is missing at your treasury ${key.address} on ${asset.network}: it has ${textOf(shortage.held, asset)} to spend, and what is final at deposit addresses would not be enough.`
  return { waitsFor: 'coins', problem }
}

const textOf = (amount: Units, { decimals, currency }: Asset): string =>
  `${formatUnits(amount, decimals)} ${currency}`
