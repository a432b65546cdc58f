import type { BookChain } from '../../chains/contract-book-chain.ts'
import type { OwnKey, SendRequest } from '../../chains/contract-sending.ts'
import { arrivingAt, spendableOf } from '../../custody/spendable.action.ts'
import { AppError } from '../../errors/app-error.ts'
import { account } from '../../ledger/chart.ts'
import { balanceOf } from '../../ledger/read-balances.action.ts'
import { knownNetwork, type Asset } from '../../money/registry.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import { bookNow, type Book, type BookId } from '../../shell/book.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { Queryable } from '../../shell/db.ts'
import { estimateFee, feeIn, impossible, type PlanSweepCtx } from '../plan-sweep.action.ts'
import { coldPlanOf, limitOf, surplusOf, type ColdFacts, type ColdPlan } from './cold-plan.ts'
import { asOf, type ColdTerms } from './cold-wallet.ts'
import { readColdWallet } from './cold-wallet.store.ts'

/** What planning needs. */
export type PlanColdCtx = PlanSweepCtx & Pick<ShellCtx, 'clock'>

/** No treasury has so much: it is looked at as closely as can be. */
const ANY_AMOUNT = units(10n ** 60n)
const ANY_FEE = units(10n ** 30n)

/** How often a fee is asked for again, because the amount it leaves has another one. */
const ESTIMATES_MAX = 3

/**
 * What would be sent to the cold wallet now, and what that would cost. Nothing is spent.
 *
 * @throws sweeps.cold_wallet_unknown, sweeps.cold_wallet_waits, sweeps.sweep_not_possible, and what
 *   `Treasury.keyOf` throws
 */
export async function planCold(ctx: PlanColdCtx, book: Book, asset: Asset): Promise<ColdPlan> {
  const terms = await termsInForce(ctx, ctx.db, { book, asset })
  const treasury = await ctx.treasury.keyOf(book, asset.chain)
  const chain = ctx.chains.of(book, asset.chain)
  if (chain?.sender === undefined) throw impossible(asset, 'no node to send with is connected')
  // Before what is held: what ends in between is then in neither of them, or missing in one.
  const reserved = await reservedOf(ctx.db, { bookId: book.bookId, asset: asset.id })
  const held = await heldBy(ctx, { book, chain, asset: asset.id, address: treasury.address })
  const facts = { asset: asset.id, treasury, terms, held, reserved }
  const surplus = surplusOf(facts)
  if (surplus === 0n) {
    const none = { fee: units(0n), feeMax: units(0n), feeInAsset: units(0n) }
    return coldPlanOf({ ...facts, ...none })
  }
  const costs = await costsOf(chain, { asset, facts, surplus })
  const feeInAsset = await feeIn(ctx, book, { fee: costs.fee, asset })
  return coldPlanOf({ ...facts, ...costs, feeInAsset })
}

/**
 * The terms under which coins of an asset go cold now.
 *
 * @throws sweeps.cold_wallet_unknown, sweeps.cold_wallet_waits
 */
export async function termsInForce(
  ctx: Pick<ShellCtx, 'clock'>,
  db: Queryable,
  { book, asset }: Readonly<{ book: Book; asset: Asset }>,
): Promise<ColdTerms> {
  const written = await readColdWallet(db, { book_id: book.bookId, asset: asset.id })
  if (written === undefined) throw new AppError('sweeps.cold_wallet_unknown', { asset: asset.code })
  const { inForce, next } = asOf(written, bookNow(ctx.clock, book))
  if (inForce !== undefined) return inForce
  const until = new Date(next?.at ?? 0).toISOString()
  throw new AppError('sweeps.cold_wallet_waits', { asset: asset.code, until })
}

/** What payouts hold of an asset: those that wait, and those on their way until they are final. */
export async function reservedOf(
  db: Queryable,
  { bookId, asset }: Readonly<{ bookId: BookId; asset: AssetId }>,
): Promise<Units> {
  const { accountId } = account('payouts.in_flight', asset)
  const balance = await balanceOf(db, bookId, accountId)
  return balance?.pendingIn ?? units(0n)
}

async function heldBy(
  { db }: Pick<ShellCtx, 'db'>,
  of: Readonly<{ book: Book; chain: BookChain; asset: AssetId; address: string }>,
): Promise<Units> {
  const { asset, address } = of
  // Again before what can be spent: what becomes final in between is left out once.
  const arriving = await arrivingAt(db, { bookId: of.book.bookId, asset, address })
  const there = await spendableOf({ db }, { ...of, enough: ANY_AMOUNT })
  return units(there > arriving ? there - arriving : 0n)
}

/** What is asked of the chain to send coins to a cold wallet. */
export const coldRequest = (
  { chain, id }: Asset,
  treasury: OwnKey,
  to: Readonly<{ terms: ColdTerms; units: Units; feeMax: Units }>,
): SendRequest => ({
  from: [treasury],
  payments: [{ to: to.terms.address, asset: id, units: to.units }],
  ...(knownNetwork(chain).family === 'bip122' ? { change: treasury } : {}),
  speed: 'slow',
  feeMax: to.feeMax,
})

type Costed = Readonly<{
  asset: Asset
  facts: Pick<ColdFacts, 'treasury' | 'terms'>
  surplus: Units
}>

/** The fee. One that is paid out of the coins leaves less of them, which may have another fee. */
async function costsOf(
  { sender }: BookChain,
  { asset, facts, surplus }: Costed,
): Promise<Pick<ColdFacts, 'fee' | 'feeMax'>> {
  if (sender === undefined) throw new Error('what is planned has a sender')
  const { treasury, terms } = facts
  const isCoin = asset.kind === 'native'
  let costs = { fee: units(0n), feeMax: units(0n) }
  // Half of it leaves room for any fee that would be worth it.
  let amount = isCoin ? units(surplus / 2n + 1n) : surplus
  for (let asked = 0; asked < ESTIMATES_MAX; asked += 1) {
    const request = coldRequest(asset, treasury, { terms, units: amount, feeMax: ANY_FEE })
    const estimate = await estimateFee(sender, { asset, treasury }, request)
    const feeMax = limitOf(estimate)
    if (feeMax <= costs.feeMax && asked > 0) return costs
    costs = { fee: estimate.fee, feeMax }
    if (!isCoin || surplus <= feeMax) return costs
    amount = units(surplus - feeMax)
  }
  return costs
}
