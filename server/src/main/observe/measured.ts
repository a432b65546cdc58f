import type { Gauge } from 'prom-client'
import { measureCustody, type CustodyMeasures } from '../../custody/measure.action.ts'
import { measureDeliveries } from '../../events/measure.action.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { Instant } from '../../shell/clock.ts'
import { inDbTx, type DbPool, type DbTx } from '../../shell/db.ts'
import { measureDueRows } from '../../shell/telemetry/due-rows.action.ts'
import type { Meters } from '../../shell/telemetry/meters.ts'
import { dueTables } from './due-tables.ts'
import { measuredMeters, type MeasuredMeters } from './measured-meters.ts'

type Ctx = Pick<ShellCtx, 'clock' | 'log'> & Readonly<{ db: DbPool }>

/** Whoever asks more often gets the same again: reading costs the database something. */
const REMEMBERED_MS = 5_000
/** What takes longer is left out this time. */
const STATEMENT_MS_MAX = 2_000

type Part = Readonly<{
  name: string
  gauges: readonly Gauge[]
  read: (dbTx: DbTx, now: Instant) => Promise<void>
}>

/**
 * Makes what is read from the database when somebody asks for the metrics: the same whichever
 * process is asked. A part that cannot be read is left out, and said to be missing.
 */
export function createMeasured(ctx: Ctx, meters: Meters): () => Promise<void> {
  const gauges = measuredMeters(meters)
  const parts = partsOf(gauges)
  let last: Readonly<{ at: Instant; done: Promise<void> }> | undefined
  const readAll = async (now: Instant): Promise<void> => {
    for (const part of parts) {
      const isRead = await readPart(ctx, part, now)
      gauges.isMeasured.set({ part: part.name }, isRead ? 1 : 0)
    }
  }
  return () => {
    const now = ctx.clock.now()
    if (last === undefined || Math.abs(now - last.at) >= REMEMBERED_MS) {
      last = { at: now, done: readAll(now) }
    }
    const { open, idle, waiting } = ctx.db.connections()
    gauges.connections.set({ state: 'busy' }, open - idle)
    gauges.connections.set({ state: 'idle' }, idle)
    gauges.connections.set({ state: 'waited_for' }, waiting)
    return last.done
  }
}

async function readPart(ctx: Ctx, part: Part, now: Instant): Promise<boolean> {
  // What is gone must not go on being shown as it was.
  for (const gauge of part.gauges) gauge.reset()
  try {
    await inDbTx(ctx, async (dbTx) => {
      await dbTx.script(`set local statement_timeout = ${STATEMENT_MS_MAX}`)
      await part.read(dbTx, now)
    })
    return true
  } catch (error) {
    ctx.log.warn({ part: part.name, error }, 'measuring failed')
    for (const gauge of part.gauges) gauge.reset()
    return false
  }
}

const partsOf = (gauges: MeasuredMeters): readonly Part[] => [
  {
    name: 'jobs',
    gauges: [gauges.due, gauges.lag, gauges.scheduled],
    read: async (dbTx, now) => {
      for (const { job, due, lagMs, scheduled } of await measureDueRows(dbTx, dueTables, now)) {
        gauges.due.set({ job }, due)
        gauges.lag.set({ job }, lagMs / 1_000)
        gauges.scheduled.set({ job }, scheduled)
      }
    },
  },
  {
    name: 'deliveries',
    gauges: [gauges.pending, gauges.oldestPending, gauges.lanes],
    read: async (dbTx, now) => {
      for (const environment of ['live', 'test'] as const) {
        gauges.pending.set({ environment }, 0)
        gauges.oldestPending.set({ environment }, 0)
      }
      for (const one of await measureDeliveries(dbTx, now)) {
        const { environment } = one
        gauges.pending.set({ environment }, one.pending)
        gauges.oldestPending.set({ environment }, one.oldestMs / 1_000)
        gauges.lanes.set({ environment, state: 'failing' }, one.failingLanes)
        gauges.lanes.set({ environment, state: 'working' }, one.lanes - one.failingLanes)
      }
    },
  },
  {
    name: 'custody',
    gauges: [gauges.height, gauges.age, gauges.halted, gauges.outgoing, gauges.oldestOutgoing],
    read: async (dbTx, now) => showCustody(gauges, await measureCustody(dbTx), now),
  },
]

function showCustody(
  gauges: MeasuredMeters,
  { chains, outgoing }: CustodyMeasures,
  now: Instant,
): void {
  for (const { chain, environment, lookedAt, isHalted, ...heights } of chains) {
    for (const [level, height] of Object.entries(heights)) {
      gauges.height.set({ chain, environment, level }, height)
    }
    gauges.halted.set({ chain, environment }, isHalted ? 1 : 0)
    if (lookedAt !== undefined) gauges.age.set({ chain, environment }, (now - lookedAt) / 1_000)
  }
  for (const { chain, environment, state, count, oldestAt } of outgoing) {
    gauges.outgoing.set({ chain, environment, state }, count)
    gauges.oldestOutgoing.set({ chain, environment, state }, (now - oldestAt) / 1_000)
  }
}
