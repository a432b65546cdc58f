import { holdingsOf } from '../custody/holdings.action.ts'
import { problemsOf } from '../custody/outgoing/read-outgoing.action.ts'
import { isError } from '../errors/app-error.ts'
import type { Asset } from '../money/registry.ts'
import type { Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import { inDbTx } from '../shell/db.ts'
import { standingOf } from '../sweeps/read-sweeps.action.ts'
import { prepareSweep, type SweepCtx } from '../sweeps/start-sweep.action.ts'
import type { Unsupplied } from './supply.ts'

/** Addresses whose holdings are added up, at most: the fullest ones. */
const ADDRESSES_MAX = 1_000

/**
 * Brings coins from deposit addresses to the treasury: begins a sweep, or waits for the one that
 * runs.
 *
 * @param missing what the treasury lacks; > 0
 * @returns nothing when all that lies at addresses would not be enough
 */
export async function gatherCoins(
  ctx: SweepCtx,
  { book, asset, missing }: Readonly<{ book: Book; asset: Asset; missing: Units }>,
): Promise<Unsupplied | undefined> {
  const of = { bookId: book.bookId, asset: asset.id }
  const standing = await standingOf(ctx, of)
  if (standing.kind === 'running') {
    const problems = await problemsOf(ctx.db, book.bookId, [standing.sweepId])
    const problem = problems.get(standing.sweepId)
    return gathering(asset, standing.sweepId, problem)
  }
  const holdings = await holdingsOf(ctx.db, { ...of, chain: asset.chain }, ADDRESSES_MAX)
  const lying = holdings.reduce((sum, one) => sum + one.units, 0n)
  if (lying < missing) return undefined
  if (standing.kind === 'resting') {
    const again = `the next one begins after ${new Date(standing.until).toISOString()}`
    return gathering(asset, standing.sweepId, `it failed (${standing.problem}); ${again}`)
  }
  try {
    const start = await prepareSweep(ctx, { book, asset }, missing)
    const { sweepId } = await inDbTx(ctx, start)
    return gathering(asset, sweepId, undefined)
  } catch (error) {
    if (isError(error, 'sweeps.sweep_running')) return gathering(asset, error.context.id, undefined)
    if (isError(error, 'sweeps.nothing_to_sweep')) return undefined
    if (!isError(error, 'sweeps.sweep_not_possible')) throw error
    return { waitsFor: 'gathering', problem: error.message }
  }
}

const gathering = (asset: Asset, sweepId: string, problem: string | undefined): Unsupplied => ({
  waitsFor: 'gathering',
  problem: `${asset.code} is gathered from deposit addresses by the sweep ${sweepId}${problem === undefined ? '' : `: ${problem}`}.`,
})
