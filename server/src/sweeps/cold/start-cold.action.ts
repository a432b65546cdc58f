import { planOutgoing } from '../../custody/outgoing/plan-outgoing.action.ts'
import { spendableOf } from '../../custody/spendable.action.ts'
import { takenBy } from '../../custody/spendable.ts'
import { AppError } from '../../errors/app-error.ts'
import { appendEvent } from '../../events/append-event.ts'
import { account } from '../../ledger/chart.ts'
import { lockAvailable } from '../../ledger/read-balances.action.ts'
import { knownNetwork, type Asset } from '../../money/registry.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import type { Spare } from '../../payouts/supply.ts'
import { promisedOf, takeSupply } from '../../payouts/take-supply.action.ts'
import { bookNow, type Book } from '../../shell/book.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import { idOfName } from '../../shell/ids.ts'
import { planPaidFor } from '../plan-paid-for.action.ts'
import type { SweepCtx } from '../start-sweep.action.ts'
import type { ColdPlan } from './cold-plan.ts'
import { coldTransferSnapshot } from './cold-snapshot.ts'
import { COLD_EVENTS, type ColdTransfer } from './cold-transfer.ts'
import { countTransfers, findRunningTransfer, insertTransfer } from './cold-transfer.store.ts'
import { asOf, isSame } from './cold-wallet.ts'
import { lockColdWallet } from './cold-wallet.store.ts'
import { coldRequest, planCold, reservedOf } from './plan-cold.action.ts'

type Wanted = Readonly<{ book: Book; asset: Asset }>
type Begun = Wanted & Readonly<{ plan: ColdPlan; spares: readonly Spare[] }>

/**
 * Begins to send to the cold wallet what the plan of this moment says, when it is worth it. In a
 * sandbox the treasury is given what it lacks for the fee. The result is for the caller's dbTx.
 *
 * @throws sweeps.nothing_for_cold, sweeps.cold_transfer_running, what `planCold` throws; in the
 *   dbTx: sweeps.cold_transfer_running, sweeps.cold_plan_outdated
 */
export async function prepareCold(
  ctx: SweepCtx,
  { book, asset }: Wanted,
): Promise<(dbTx: DbTx) => Promise<ColdTransfer>> {
  const { native } = knownNetwork(asset.chain)
  await mustBeFirst(ctx.db, { book, asset })
  // What was promised is read before what is there: nothing that is promised later counts twice.
  const promised = await promisedOf(ctx.db, book, [asset.id, native])
  const plan = await planPaidFor(ctx, { book, asset }, () => planCold(ctx, book, asset))
  if (!plan.isWorthwhile) throw new AppError('sweeps.nothing_for_cold', { asset: asset.code })
  const { address } = plan.treasury
  const request = coldRequest(asset, plan.treasury, plan)
  const takes = (one: AssetId): Units => takenBy(request, { address, asset: one, native })
  const own: Spare = {
    ...{ asset: asset.id, takes: takes(asset.id), there: plan.held },
    promised: promised.get(asset.id) ?? units(0n),
  }
  const spares = [own]
  if (native !== asset.id && takes(native) > 0n) {
    const least = takes(native)
    await ctx.faucet.fill(book, { chain: asset.chain, least })
    const there = await coinsOf(ctx, { book, asset }, { address, native, least })
    if (there < least) throw new AppError('sweeps.nothing_for_cold', { asset: asset.code })
    spares.push({ asset: native, takes: least, there, promised: promised.get(native) ?? units(0n) })
  }
  return (dbTx) => startCold(ctx, dbTx, { book, asset, plan, spares })
}

async function mustBeFirst(db: Queryable, { book: { bookId }, asset }: Wanted): Promise<void> {
  const id = await findRunningTransfer(db, { bookId, asset: asset.id })
  if (id !== undefined)
    throw new AppError('sweeps.cold_transfer_running', { asset: asset.code, id })
}

async function coinsOf(
  ctx: SweepCtx,
  { book, asset }: Wanted,
  of: Readonly<{ address: string; native: AssetId; least: Units }>,
): Promise<Units> {
  const chain = ctx.chains.of(book, asset.chain)
  if (chain === undefined) throw new Error('what was planned has a chain')
  const { address, native, least } = of
  return spendableOf(ctx, { book, chain, address, asset: native, enough: least })
}

async function startCold(ctx: SweepCtx, dbTx: DbTx, begun: Begun): Promise<ColdTransfer> {
  const { book, asset, plan } = begun
  const { bookId } = book
  const wallet = await lockColdWallet(dbTx, { book_id: bookId, asset: asset.id })
  const { inForce } = wallet === undefined ? {} : asOf(wallet, bookNow(ctx.clock, book))
  const of = { bookId, asset: asset.id }
  await mustBeFirst(dbTx, begun)
  if (!isSame(inForce, plan.terms) || !(await takeSurplus(dbTx, begun))) {
    throw new AppError('sweeps.cold_plan_outdated', { asset: asset.code })
  }
  const nth = (await countTransfers(dbTx, of)) + 1
  const transfer: ColdTransfer = {
    transferId: idOfName('cold', [bookId, asset.id, `${nth}`]),
    ...{ bookId, chain: asset.chain, asset: asset.id, nth },
    treasury: plan.treasury.address,
    address: plan.terms.address,
    units: plan.units,
    ...{ state: 'sending', problem: undefined },
    ...{ estimatedFee: plan.fee, fee: undefined, txHash: undefined },
    ...{ createdAt: ctx.clock.now(), endedAt: undefined },
  }
  const objectId = transfer.transferId
  await insertTransfer(dbTx, transfer)
  const request = coldRequest(asset, plan.treasury, plan)
  await planOutgoing(ctx, dbTx, { book, chain: asset.chain, kind: 'cold', objectId, request })
  const object = coldTransferSnapshot(transfer)
  await appendEvent(ctx, dbTx, { book, type: COLD_EVENTS[transfer.state], objectId, object })
  return transfer
}

/**
 * Sets aside what is sent. What stays hot, and what payouts hold by now, is not there for it: no
 * payout can be made meanwhile, since the account of what they hold is locked.
 */
async function takeSurplus(dbTx: DbTx, { book, asset, plan, spares }: Begun): Promise<boolean> {
  const { bookId } = book
  await lockAvailable(dbTx, bookId, [account('payouts.in_flight', asset.id)])
  const reserved = await reservedOf(dbTx, { bookId, asset: asset.id })
  const stays = plan.terms.keep + reserved
  const left = spares.map((one) =>
    one.asset === asset.id ? { ...one, there: units(one.there - stays) } : one,
  )
  return takeSupply(dbTx, book, { waitsFor: 'nothing', spares: left })
}
