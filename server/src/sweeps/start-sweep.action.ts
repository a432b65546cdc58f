import type { BookChain } from '../chains/contract-book-chain.ts'
import { planOutgoing, type OutgoingPlan } from '../custody/outgoing/plan-outgoing.action.ts'
import { appendEvent } from '../events/append-event.ts'
import { AppError } from '../errors/app-error.ts'
import type { Asset } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import type { SweepPlan } from './plan.ts'
import {
  gasRequest,
  planSweep,
  setupRequest,
  sweepRequest,
  type PlanSweepCtx,
} from './plan-sweep.action.ts'
import { sweepSnapshot } from './snapshot.ts'
import type { Sweep } from './sweep.ts'
import { findRunning, insertSweep } from './sweep.store.ts'
import { noteTank } from './tank.store.ts'

/** What beginning a sweep needs. */
export type SweepCtx = PlanSweepCtx & Pick<ShellCtx, 'ids' | 'clock'>

/** How far the price may rise between the plan and the signature: this many times the estimate. */
const FEE_MARGIN = 3n

/** The tank has enough while it pays for so many sweeps at the price of the last one. */
const TANK_SWEEPS = 10n

/**
 * Begins to gather an asset: what the plan of this moment calls worth it. The result is for the
 * dbTx of the caller.
 *
 * @throws sweeps.nothing_to_sweep, what `planSweep` throws; in the dbTx: sweeps.sweep_running
 */
export async function prepareSweep(
  ctx: SweepCtx,
  book: Book,
  asset: Asset,
): Promise<(dbTx: DbTx) => Promise<Sweep>> {
  const plan = await planSweep(ctx, book, asset)
  const chosen = plan.legs.filter((leg) => leg.isWorthwhile)
  if (chosen.length === 0) throw new AppError('sweeps.nothing_to_sweep', { asset: asset.code })
  return (dbTx) => startSweep(ctx, dbTx, { book, asset, plan: { ...plan, legs: chosen } })
}

type Start = Readonly<{ book: Book; asset: Asset; plan: SweepPlan }>

async function startSweep(ctx: SweepCtx, dbTx: DbTx, start: Start): Promise<Sweep> {
  const { book, asset, plan } = start
  const chain = ctx.chains.of(book, asset.chain)
  if (chain === undefined) throw new Error('what was planned has a chain')
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
  const margin = units(plan.fee * FEE_MARGIN)
  const feeMax = margin > plan.feeMax ? margin : plan.feeMax
  await planOutgoing(ctx, dbTx, {
    ...{ book, chain: asset.chain, objectId: sweep.sweepId },
    ...firstStep(chain, start, feeMax),
  })
  const wanted = units(plan.fee * TANK_SWEEPS)
  await noteTank(dbTx, { bookId: book.bookId, chain: asset.chain, wanted, now: ctx.clock.now() })
  await appendEvent(ctx, dbTx, {
    ...{ book, type: 'sweep.created', objectId: sweep.sweepId, object: sweepSnapshot(sweep) },
  })
  return sweep
}

/** What is sent first: the sweep itself, or what it needs. */
function firstStep(
  chain: BookChain,
  { asset, plan }: Start,
  feeMax: Units,
): Pick<OutgoingPlan, 'kind' | 'request'> {
  const { treasury, legs, gas, setupFee } = plan
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
