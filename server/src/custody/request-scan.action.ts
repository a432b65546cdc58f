import { AppError } from '../errors/app-error.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { Chains } from './chains.ts'
import { observeFork } from './observe.store.ts'
import { chainOf } from './watch-chain.action.ts'
import {
  askForLook,
  insertBlocks,
  keepBlocks,
  readWatch,
  restartWatch,
  type WatchKey,
} from './watch.store.ts'

type Ctx = Pick<ShellCtx, 'db' | 'clock'> & Readonly<{ chains: Chains }>

/** Asks for a look at a chain of a book now, for example after a payer's claim. A hint, no more. */
export async function requestScan(ctx: Ctx, book: Book, chain: ChainId): Promise<void> {
  const found = ctx.chains.of(book, chain)
  if (found === undefined) return
  await askForLook(ctx.db, { realm: found.realm, chain }, ctx.clock.now())
}

/**
 * Reads a chain anew from a height, and sets it going again if it stood still. Every deposit above
 * that height counts as waiting until its block is found again; what is not found is reverted.
 *
 * @param height a block that the chain certainly still has; 0 reads all of it
 * @throws custody.chain_not_watched, custody.chain_moved_on, chain.unreachable
 */
export async function rescanChain(ctx: Ctx, key: WatchKey, height: number): Promise<void> {
  const found = await chainOf(ctx, key)
  const watch = await readWatch(ctx.db, key)
  if (found === undefined || watch === undefined) {
    throw new AppError('custody.chain_not_watched', { chain: key.chain })
  }
  const cursor = await found.adapter.blockAt(height)
  if (cursor === undefined) {
    throw new AppError('custody.chain_moved_on', { chain: key.chain, height })
  }
  const now = ctx.clock.now()
  await inDbTx(ctx, async (dbTx) => {
    await restartWatch(dbTx, key, { cursor, now })
    await keepBlocks(dbTx, key, { from: cursor.height, upTo: cursor.height - 1 })
    await insertBlocks(dbTx, key, [cursor])
    await observeFork(dbTx, key, { keptHeight: cursor.height, now })
  })
}
