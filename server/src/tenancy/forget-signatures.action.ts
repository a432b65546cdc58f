import type { ShellCtx } from '../shell/context.ts'
import { forgetSignatures } from './credential.store.ts'
import { TIMESTAMP_WINDOW_MS } from './signing.ts'

const MINUTE_MS = 60_000
/** Clocks of our processes may differ by so much. */
const SKEW_MS = 60_000

/** Forgets the signatures that a replay could no longer use, since its timestamp is too old. */
export async function forgetOldSignatures(ctx: Pick<ShellCtx, 'db' | 'clock'>): Promise<void> {
  const oldest = ctx.clock.now() - TIMESTAMP_WINDOW_MS - SKEW_MS
  await forgetSignatures(ctx.db, Math.floor(oldest / MINUTE_MS))
}
