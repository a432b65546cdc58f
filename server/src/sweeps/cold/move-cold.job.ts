import { bookById } from '../../custody/read-custody.action.ts'
import { isError } from '../../errors/app-error.ts'
import { knownAsset } from '../../money/registry.ts'
import type { Instant } from '../../shell/clock.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { inDbTx } from '../../shell/db.ts'
import type { Job } from '../../shell/job-loop.ts'
import type { SweepCtx } from '../start-sweep.action.ts'
import { noteColdLooked, readAsked, type ColdWalletKey } from './cold-wallet.store.ts'
import { prepareCold } from './start-cold.action.ts'

type Ctx = SweepCtx & Pick<ShellCtx, 'log'>

/** Sends to cold wallets what sweeps brought beyond what stays in the treasury. */
export const moveColdJob = (ctx: Ctx): Job<ColdWalletKey> => ({
  name: 'move-to-cold-wallet',
  table: 'cold_wallet',
  key: ['book_id', 'asset'],
  clock: 'machine',
  batch: 8,
  leaseMs: 60_000,
  triesMax: 10,
  run: (key) => moveCold(ctx, key),
  giveUp: async (key) => {
    ctx.log.warn({ wallet: key }, 'nothing was sent to a cold wallet: the next sweep tries again')
    const asked = await readAsked(ctx.db, key)
    await inDbTx(ctx, (dbTx) => noteColdLooked(dbTx, key, { asked, next: undefined }))
  },
})

/** When a treasury is looked at again whose coins were promised to others meanwhile. */
const AGAIN_MS = 5_000

/** When it is looked at again where coins for a fee, or a node, are missing. */
const MISSING_MS = 5 * 60_000

/** Looks once whether there is something to send, and begins it. */
export async function moveCold(ctx: SweepCtx, key: ColdWalletKey): Promise<void> {
  const book = await bookById(ctx.db, key.book_id)
  const asked = await readAsked(ctx.db, key)
  try {
    const start = await prepareCold(ctx, { book, asset: knownAsset(key.asset) })
    await inDbTx(ctx, async (dbTx) => {
      await start(dbTx)
      await noteColdLooked(dbTx, key, { asked, next: undefined })
    })
  } catch (error) {
    const next = whenAgain(error, ctx.clock.now())
    if (next === 'unknown') throw error
    await inDbTx(ctx, (dbTx) => noteColdLooked(dbTx, key, { asked, next }))
  }
}

/** The next look; absent: the next sweep, or the end of the transfer, asks for it. */
function whenAgain(error: unknown, now: Instant): Instant | 'unknown' | undefined {
  if (isError(error, 'sweeps.cold_plan_outdated')) return now + AGAIN_MS
  if (isError(error, 'sweeps.sweep_not_possible')) return now + MISSING_MS
  const isQuiet =
    isError(error, 'sweeps.nothing_for_cold') ||
    isError(error, 'sweeps.cold_wallet_unknown') ||
    isError(error, 'sweeps.cold_wallet_waits') ||
    isError(error, 'sweeps.cold_transfer_running')
  return isQuiet ? undefined : 'unknown'
}
