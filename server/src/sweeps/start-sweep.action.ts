import type { BookChain } from '../chains/contract-book-chain.ts'
import { planOutgoing, type OutgoingPlan } from '../custody/outgoing/plan-outgoing.action.ts'
import { appendEvent } from '../events/append-event.ts'
import { takenBy } from '../custody/spendable.ts'
import { AppError } from '../errors/app-error.ts'
import { knownNetwork, type Asset } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { chooseLegs } from './choose-legs.ts'
import { planPaidFor, type PayingCtx } from './plan-paid-for.action.ts'
import type { Leg, SweepPlan } from './plan.ts'
import {
  gasRequest,
  planSweep,
  setupRequest,
  sweepRequest,
  type PlanSweepCtx,
} from './plan-sweep.action.ts'
import { sweepSnapshot } from './snapshot.ts'
import { SWEEP_EVENTS, type Sweep } from './sweep.ts'
import { findRunning, insertSweep } from './sweep.store.ts'
import { noteTank } from './tank.store.ts'

/** What beginning a sweep needs. */
export type SweepCtx = PlanSweepCtx & Pick<ShellCtx, 'ids' | 'clock'> & PayingCtx

/** How far the price may rise between the plan and the signature: this many times the estimate. */
const FEE_MARGIN = 3n

/** The tank has enough while it pays for so many sweeps at the price of the last one. */
const TANK_SWEEPS = 10n

/**
 * Begins to gather an asset: what the plan of this moment calls worth it, and more where money is
 * owed that this does not bring. In a sandbox the treasury is given what it lacks for the fee. The
 * result is for the dbTx of the caller.
 *
 * @param missing what is owed and not in the treasury; 0: nobody waits for it
 * @throws sweeps.nothing_to_sweep, what `planSweep` throws; in the dbTx: sweeps.sweep_running
 */
export async function prepareSweep(
  ctx: SweepCtx,
  { book, asset }: Readonly<{ book: Book; asset: Asset }>,
  missing = units(0n),
): Promise<(dbTx: DbTx) => Promise<Sweep>> {
  const planned = await planPaidFor(ctx, { book, asset }, () => planSweep(ctx, book, asset))
  const legs = chooseLegs(planned.legs, missing)
  if (legs.length === 0) throw new AppError('sweeps.nothing_to_sweep', { asset: asset.code })
  const plan = { ...planned, legs, fee: feeOf(planned, legs) }
  const chain = ctx.chains.of(book, asset.chain)
  if (chain === undefined) throw new Error('what was planned has a chain')
  const first = firstStep(chain, asset, plan)
  const { native } = knownNetwork(asset.chain)
  const { address } = plan.treasury
  const least = takenBy(first.request, { address, asset: native, native })
  if (least > 0n) await ctx.faucet.fill(book, { chain: asset.chain, least })
  return (dbTx) => startSweep(ctx, dbTx, { book, asset, plan, first })
}

const feeOf = ({ setupFee }: SweepPlan, legs: readonly Leg[]): Units =>
  units(legs.reduce((sum, leg) => sum + leg.cost, 0n) + (setupFee ?? 0n))

/** The limit that its transactions are signed with. */
function feeMaxOf({ fee, feeMax }: SweepPlan): Units {
  const margin = units(fee * FEE_MARGIN)
  return margin > feeMax ? margin : feeMax
}

type FirstStep = Pick<OutgoingPlan, 'kind' | 'request'>
type Start = Readonly<{ book: Book; asset: Asset; plan: SweepPlan; first: FirstStep }>

async function startSweep(ctx: SweepCtx, dbTx: DbTx, start: Start): Promise<Sweep> {
  const { book, asset, plan, first } = start
  const sweep: Sweep = {
    sweepId: ctx.ids.next('swp'),
    bookId: book.bookId,
    chain: asset.chain,
    asset: asset.id,
    treasury: plan.treasury.address,
    state: 'sending',
    problem: undefined,
    estimatedFee: plan.fee,
    fee: undefined,
    txHash: undefined,
    createdAt: ctx.clock.now(),
    endedAt: undefined,
    legs: plan.legs.map((leg) => ({ ...leg, feeShare: undefined })),
  }
  if (!(await insertSweep(dbTx, sweep))) {
    const running = await findRunning(dbTx, { bookId: book.bookId, asset: asset.id })
    throw new AppError('sweeps.sweep_running', { asset: asset.code, id: running ?? 'another' })
  }
  const { sweepId: objectId } = sweep
  await planOutgoing(ctx, dbTx, { book, chain: asset.chain, objectId, ...first })
  const wanted = units(plan.fee * TANK_SWEEPS)
  await noteTank(dbTx, { bookId: book.bookId, chain: asset.chain, wanted, now: ctx.clock.now() })
  await appendEvent(ctx, dbTx, {
    ...{ book, type: SWEEP_EVENTS[sweep.state], objectId, object: sweepSnapshot(sweep) },
  })
  return sweep
}

/** What is sent first: the sweep itself, or what it needs. */
function firstStep(chain: BookChain, asset: Asset, plan: SweepPlan): FirstStep {
  const { treasury, legs, gas, setupFee } = plan
  const feeMax = feeMaxOf(plan)
  const [holding] = legs
  if (gas !== undefined && holding !== undefined) {
    return { kind: 'gas', request: gasRequest(asset, treasury, { holding, gas, feeMax }) }
  }
  if (setupFee !== undefined) {
    return { kind: 'setup', request: setupRequest(asset, treasury, feeMax) }
  }
  return {
    kind: 'sweep',
    request: sweepRequest(chain, asset, { treasury, holdings: legs, feeMax }),
  }
}
