import { bookById } from '../custody/read-custody.action.ts'
import { bookNow } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { judgeHealth, type Health, type HealthNotice, type Tally } from './endpoint-health.ts'
import { tellOfEndpoint } from './tell-of-endpoint.action.ts'
import { updateEndpoint, endpointsOf } from './endpoint.store.ts'
import { cancelDeliveries } from './delivery.store.ts'
import { lockLog } from './event.store.ts'
import { lockHealth, noteHealth, type LaneKey } from './lane.store.ts'

/** What judging a target needs of the machine. */
export type HealthCtx = Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'sealer' | 'config'>

const DAY_MS = 24 * 3_600_000

/**
 * Notes how a lane's target does after some messages. Where it fails for too long its endpoint is
 * disabled; its owner is told of that, and warned before. Costs nothing while nothing changes.
 *
 * @returns how it does now
 */
export async function settleHealth(
  ctx: HealthCtx,
  lane: LaneKey,
  { before, tally }: Readonly<{ before: Health; tally: Tally }>,
): Promise<Health> {
  const disableAfterMs = ctx.config.webhookDisableAfterDays * DAY_MS
  const glance = judgeHealth(before, tally, disableAfterMs)
  const isSame = glance.health.failingSince === before.failingSince
  if (isSame && glance.notice === undefined) return before
  return inDbTx(ctx, async (dbTx) => {
    // Before the lane: so do all who lock both.
    if (glance.notice !== undefined || tally.givenUpAt !== undefined) {
      await lockLog(dbTx, lane.bookId)
    }
    // Somebody may have changed the endpoint since: it then begins anew.
    const known = await lockHealth(dbTx, lane)
    const { health, notice } = judgeHealth(known, tally, disableAfterMs)
    await noteHealth(dbTx, lane, health)
    if (notice !== undefined) await act(ctx, dbTx, { lane, notice })
    return health
  })
}

async function act(
  ctx: HealthCtx,
  dbTx: DbTx,
  { lane, notice }: Readonly<{ lane: LaneKey; notice: HealthNotice }>,
): Promise<void> {
  const { bookId } = lane
  const endpoints = await endpointsOf(dbTx, bookId)
  const endpoint = endpoints.find((one) => one.endpointId === lane.lane)
  // The server behind a callback URL belongs to no endpoint; what is disabled needs no warning.
  if (endpoint === undefined || endpoint.disabled !== undefined) return
  const book = await bookById(dbTx, bookId)
  if (notice !== 'disabled') {
    await tellOfEndpoint(ctx, dbTx, { book, endpoint, what: notice })
    return
  }
  const disabled = { at: bookNow(ctx.clock, book), reason: 'failing' } as const
  const changed = { ...endpoint, disabled }
  await updateEndpoint(dbTx, changed)
  await cancelDeliveries(dbTx, lane)
  await tellOfEndpoint(ctx, dbTx, { book, endpoint: changed, what: notice })
}
