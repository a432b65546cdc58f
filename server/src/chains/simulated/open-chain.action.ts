import type { Network } from '../../money/registry.ts'
import type { BookId } from '../../shell/book.ts'
import type { Instant } from '../../shell/clock.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { inDbTx, type DbTx } from '../../shell/db.ts'
import { beginChain, lockChain, saveChain } from './chain.store.ts'
import { blocksDue, priceOf, type ChainKey, type ChainState } from './chain-state.ts'
import type { Origin } from './derive.ts'
import { minableSpends } from './spend-order.store.ts'
import { mineWaiting } from './tx.store.ts'

/** The simulated chain of one sandbox book, as its node and its adapter are given it. */
export type SimulatedCtx = Pick<ShellCtx, 'db' | 'clock'> &
  Readonly<{
    bookId: BookId
    network: Network
    /** What blocks, transactions and other people's addresses follow from; absent: the book. */
    seed?: string
  }>

/** A chain that is locked and has every block that was due. */
export type OpenChain = Readonly<{
  key: ChainKey
  origin: Origin
  state: ChainState
  /** The time in the book. */
  now: Instant
}>

/**
 * Works on a chain while nobody else does, so that api and worker processes see one world. The
 * blocks that should have come by themselves since the last look are mined first.
 *
 * @param work gets the chain as it then is; runs again after a serialization failure
 * @throws RangeError for a book that is not a sandbox
 */
export function onChain<T>(
  ctx: SimulatedCtx,
  work: (dbTx: DbTx, chain: OpenChain) => Promise<T>,
): Promise<T> {
  const key = { bookId: ctx.bookId, chain: ctx.network.chain }
  return inDbTx(ctx, async (dbTx) => {
    const machineNow = ctx.clock.now()
    const locked = (await lockChain(dbTx, key)) ?? (await begin(dbTx, ctx, machineNow))
    const now = machineNow + locked.clockOffsetMs
    const state = await mineDue(dbTx, key, { state: locked.state, now })
    const origin = { family: ctx.network.family, seed: state.seed }
    return work(dbTx, { key, origin, state, now })
  })
}

async function begin(dbTx: DbTx, ctx: SimulatedCtx, machineNow: Instant) {
  const key = { bookId: ctx.bookId, chain: ctx.network.chain }
  const seed = ctx.seed ?? `${key.bookId} ${key.chain}`
  await beginChain(dbTx, key, { seed, machineNow })
  const begun = await lockChain(dbTx, key)
  if (begun === undefined) throw new RangeError(`${key.bookId} is not a sandbox's book`)
  return begun
}

async function mineDue(
  dbTx: DbTx,
  key: ChainKey,
  at: Readonly<{ state: ChainState; now: Instant }>,
): Promise<ChainState> {
  const due = blocksDue(at.state, at.now)
  if (due.minedAt === at.state.minedAt) return at.state
  const state = { ...at.state, height: at.state.height + due.blocks, minedAt: due.minedAt }
  if (due.blocks > 0) {
    await mineWaiting(dbTx, key, {
      height: at.state.height + 1,
      patient: false,
      spends: await minableSpends(dbTx, key, priceOf(at.state)),
    })
  }
  await saveChain(dbTx, key, state)
  return state
}
