import { AppError } from '../errors/app-error.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { readDerivationAccount } from './book.store.ts'
import { checkSigner, ensureXpubs } from './ensure-xpubs.action.ts'
import {
  claimIndexes,
  countPooled,
  insertPooled,
  readNextIndex,
  settlePool,
  type PoolKey,
} from './pool.store.ts'
import type { Signer } from './signer.client.ts'

/** What refilling needs. */
export type RefillCtx = Pick<ShellCtx, 'db' | 'clock'> & Readonly<{ signer: Signer }>

/** So many keys a full pool holds; the signer gives at most 200 at once. */
const POOL_FULL = 300
const ASKED_MAX = 200

/** Two rounds fill a pool; more are needed only where somebody takes indexes at the same time. */
const ROUNDS_MAX = 10

/**
 * Has the signer make keys until a pool is full. Indexes are taken when the keys are there: while
 * the signer is away, trying again uses none up.
 *
 * @throws custody.signer_changed, signer.no_answer, signer.refused
 */
export async function refillPool(ctx: RefillCtx, pool: PoolKey): Promise<void> {
  // Under which seed this book's addresses are made is known from here on.
  await ensureXpubs(ctx, { bookId: pool.book_id })
  await checkSigner(ctx)
  const account = await readDerivationAccount(ctx.db, pool.book_id)
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const missing = POOL_FULL - (await countPooled(ctx.db, pool))
    if (missing <= 0) break
    await addKeys(ctx, pool, { account, count: Math.min(ASKED_MAX, missing) })
  }
  await settlePool(ctx.db, pool)
}

async function addKeys(
  ctx: RefillCtx,
  pool: PoolKey,
  { account, count }: Readonly<{ account: number; count: number }>,
): Promise<void> {
  const { family } = pool
  const from = await readNextIndex(ctx.db, pool)
  const made = await ctx.signer.addresses(family, { account, from, count })
  if (made.length < count) throw new AppError('custody.indexes_exhausted', { family })
  const keys = made.map(({ path, publicKey }, nth) => ({ index: from + nth, path, publicKey }))
  await inDbTx(ctx, async (dbTx) => {
    // Where somebody else took these indexes meanwhile, the keys are thrown away and made anew.
    if (await claimIndexes(dbTx, pool, { from, count })) await insertPooled(dbTx, pool, keys)
  })
}
