import type { BookChain } from '../chains/contract-book-chain.ts'
import { AppError } from '../errors/app-error.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { heightsOf, insertWatch, readWatch } from './watch.store.ts'

/** Final blocks that stay recorded: a fork that reaches into them can still be followed. */
export const FINAL_BLOCKS_KEPT = 100

/**
 * Begins to watch a chain, once. It begins some blocks below what is final: nothing that is paid to
 * an address from now on lies before that, and a deep fork has a place to come back to.
 *
 * @throws chain.unreachable: an address must not be handed out on a chain that nobody looks at
 */
export async function beginWatching(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  { realm, adapter }: BookChain,
): Promise<void> {
  const key = { realm, chain: adapter.chain }
  if ((await readWatch(ctx.db, key)) !== undefined) return
  const tips = await adapter.tips()
  const place = Math.max(0, tips.finalHeight - FINAL_BLOCKS_KEPT)
  // Some chains count their blocks from 1.
  const cursor = (await adapter.blockAt(place)) ?? (await adapter.blockAt(Math.max(1, place)))
  if (cursor === undefined) throw new AppError('chain.unreachable', { chain: adapter.chain })
  const begin = { cursor, tips: heightsOf(tips), now: ctx.clock.now() }
  await inDbTx(ctx, (dbTx) => insertWatch(dbTx, key, begin))
}
