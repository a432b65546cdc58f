import type { BookChain } from '../chains/contract-book-chain.ts'
import type { OwnKey } from '../chains/contract-sending.ts'
import { spendableOf, underWayOf } from '../custody/spendable.action.ts'
import { AppError, isError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset, knownNetwork, type Asset } from '../money/registry.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import { liesCold } from '../sweeps/cold/lies-cold.action.ts'
import type { SweepCtx } from '../sweeps/start-sweep.action.ts'
import { wantGas } from '../sweeps/want-gas.action.ts'
import { readPromised } from './claim.store.ts'
import { gatherCoins } from './gather-coins.action.ts'
import type { Spare, Supply, SupplyNeed, Unsupplied } from './supply.ts'

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
  /** What had been promised of each asset before anything was looked at. */
  promised: ReadonlyMap<AssetId, Units>
}>

/** So many transactions may wait for their blocks: nodes do not keep many more of one sender. */
const UNDER_WAY_MAX = 1_000

/**
 * Whether the treasury's key holds at the latest block what a dispatch takes, less what is planned
 * or on its way from it already. What it lacks is brought: coins from deposit addresses by a sweep,
 * in a sandbox coins for the fee from its faucet. Called before a dispatch is planned, and again
 * until nothing is waited for; asked twice, nothing is brought twice.
 *
 * @returns when everything is there, what `takeSupply` sets aside in the dbTx that plans it
 * @throws custody.no_deposit_route, chain.unreachable, and what `Treasury.keyOf` throws
 */
export async function ensureSupply(ctx: SupplyCtx, book: Book, need: SupplyNeed): Promise<Supply> {
  const asset = knownAsset(need.asset)
  const native = knownAsset(knownNetwork(asset.chain).native)
  const chain = ctx.chains.of(book, asset.chain)
  if (chain === undefined) throw new AppError('custody.no_deposit_route', { chain: asset.chain })
  const key = await ctx.treasury.keyOf(book, asset.chain)
  const of = { book, chain, address: key.address }
  const underWay = await underWayOf(ctx.db, of, UNDER_WAY_MAX)
  if (underWay === UNDER_WAY_MAX) {
    const problem = `${underWay} transactions of your treasury on ${asset.network} wait for their blocks.`
    return { waitsFor: 'others', problem }
  }
  const promised = await readPromised(ctx.db, book.bookId, [asset.id, native.id])
  const place = { book, chain, key, asset, native, need, promised }
  const supply = await supplyOf(ctx, place)
  if (supply !== 'filled') return supply
  const again = await supplyOf(ctx, place)
  // What the faucet has just brought, others may have been faster to use.
  return again === 'filled' ? coming(native) : again
}

/** How things are; `filled` when the faucet has just brought what was missing. */
async function supplyOf(ctx: SupplyCtx, place: Place): Promise<Supply | 'filled'> {
  const { asset, native, need } = place
  const isCoin = asset.id === native.id
  const paid = isCoin ? need.units : 0n
  const least = units(paid + need.feeMax)
  const wanted = isCoin ? least : need.units
  const there = await spendable(ctx, place, { of: asset, enough: wanted })
  if (there < need.units) {
    return gather(ctx, place, { there, missing: units(wanted - there) })
  }
  const coins = isCoin ? there : await spendable(ctx, place, { of: native, enough: least })
  // The limit may be far above what the chain asks for now.
  const fee = coins >= least ? need.feeMax : await feeNow(place)
  if (fee !== undefined && coins >= paid + fee) {
    const own = isCoin ? [] : [spareOf(place, { of: asset, takes: need.units, there })]
    const forFee = spareOf(place, { of: native, takes: units(paid + fee), there: coins })
    return { waitsFor: 'nothing', spares: forFee.takes > 0n ? [...own, forFee] : own }
  }
  const missing = units(least - coins)
  const gathered = isCoin ? await gatherCoins(ctx, { ...place, missing }) : undefined
  return gathered ?? fillTank(ctx, place, { least, coins })
}

const spendable = (
  { db }: Pick<SupplyCtx, 'db'>,
  { book, chain, key }: Place,
  { of, enough }: Readonly<{ of: Asset; enough: Units }>,
): Promise<Units> =>
  spendableOf({ db }, { book, chain, address: key.address, asset: of.id, enough })

const spareOf = (
  { promised }: Place,
  { of, takes, there }: Readonly<{ of: Asset; takes: Units; there: Units }>,
): Spare => ({ asset: of.id, takes, there, promised: promised.get(of.id) ?? units(0n) })

/**
 * The limit that a transaction like this would be signed with now; where the chain does not say so
 * of one that pays its own sender, what such a payment costs.
 */
async function feeNow({ chain, key, asset, need }: Place): Promise<Units | undefined> {
  const payment = { to: key.address, path: key.path, asset: asset.id, units: need.units }
  const { feeMax } = need
  try {
    const request = { from: [key], payments: [payment], speed: 'normal', feeMax } as const
    return (await chain.sender?.estimate(request))?.feeMax
  } catch (error) {
    if (isError(error, 'chain.unreachable') || !(error instanceof AppError)) throw error
    if (!isError(error, 'chain.payment_not_possible')) return undefined
    return (await chain.sender?.usual(asset.id, 'normal'))?.fee
  }
}

/** Coins of the chain from the faucet; or whoever runs this is told that they are missing. */
async function fillTank(
  ctx: SupplyCtx,
  { book, key, native }: Place,
  { least, coins }: Readonly<{ least: Units; coins: Units }>,
): Promise<Unsupplied | 'filled'> {
  const { chain } = native
  const filling = await ctx.faucet.fill(book, { chain, least })
  if (filling === 'there') return 'filled'
  if (filling === 'coming') return coming(native)
  await wantGas(ctx, { bookId: book.bookId, chain, wanted: least })
  const missing = textOf(units(least - coins), native)
  const where = `your treasury ${key.address} on ${native.network}`
  return { waitsFor: 'gas', problem: `${missing} for the fee is missing: send it to ${where}.` }
}

const coming = ({ currency, network }: Asset): Unsupplied => ({
  waitsFor: 'gas',
  problem: `${currency} is on its way to your treasury on ${network} and waits for a block.`,
})

/** Coins from deposit addresses, or what is missing where. */
async function gather(
  ctx: SupplyCtx,
  place: Place,
  { there, missing }: Readonly<{ there: Units; missing: Units }>,
): Promise<Supply | 'filled'> {
  const { book, asset, native, key } = place
  const gathered = await gatherCoins(ctx, { book, asset, missing })
  if (gathered !== undefined) return gathered
  // Fees were paid out of these coins: in a sandbox the faucet stands in for them.
  const filling =
    asset.id === native.id
      ? await ctx.faucet.fill(book, { chain: asset.chain, least: units(there + missing) })
      : 'none'
  if (filling === 'there') return 'filled'
  if (filling === 'coming') return coming(native)
  const lacks = `${textOf(missing, asset)} is missing at your treasury ${key.address} on ${asset.network}`
  const has = `it has ${textOf(there, asset)} to spend`
  const problem = `${lacks}: ${has}, and what is final at deposit addresses would not be enough.`
  return { waitsFor: 'coins', problem: problem + (await coldNote(ctx, place)) }
}

/** What lies where only the holder of other keys can bring it from; empty: nothing does. */
async function coldNote(ctx: SupplyCtx, { book, asset }: Place): Promise<string> {
  const cold = await liesCold(ctx.db, { bookId: book.bookId, asset: asset.id })
  if (cold.units === 0n) return ''
  const where = cold.addresses.join(', ')
  return ` ${textOf(cold.units, asset)} lies in your cold wallet (${where}): announce and send what is missing.`
}

const textOf = (amount: Units, { decimals, currency }: Asset): string =>
  `${formatUnits(amount, decimals)} ${currency}`
