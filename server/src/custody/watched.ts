import type { Watch } from '../chains/contract.ts'
import type { ShellCtx } from '../shell/context.ts'
import { findExpected, findOurs, type RealmChain } from './address.store.ts'

/** Most addresses of one chain whose balances are compared; the newest come first. */
const EXPECTED_MAX = 1_000

/** What of a chain's addresses is ours, asked of the database each time. */
export const watchOver = (ctx: Pick<ShellCtx, 'db' | 'clock'>, chain: RealmChain): Watch => ({
  ours: async (addresses) => new Set(await findOurs(ctx.db, chain, addresses)),
  expecting: () => findExpected(ctx.db, chain, { now: ctx.clock.now(), limit: EXPECTED_MAX }),
})
