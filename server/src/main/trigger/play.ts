import { AppError } from '../../errors/app-error.ts'
import type { EventType } from '../../events/event-types.ts'
import type { JsonObject } from '../../money/json.ts'
import type { Clock } from '../../shell/clock.ts'
import { objectsIn, textIn } from '../server/members.ts'
import type { Server } from '../server/server.client.ts'
import type { Happening, Scenario } from './stage.ts'

/** What playing needs: the server, the clock that waiting is measured by, when to stop. */
export type PlayCtx = Readonly<{ server: Server; clock: Clock; signal: AbortSignal }>

const LOOK_MS = 200
/** The server's clock may be behind ours. */
const CLOCKS_APART_MS = 3_600_000
/** Two minutes. */
const LOOKS_MAX = 600
/** A second lies between two things that are done meanwhile. */
const LOOKS_BETWEEN = 5

/**
 * Plays a scenario until an event has happened, or to its end. What it changed for the time of the
 * play is as before afterwards.
 *
 * @param told hears of each event when it has happened
 * @throws cli.event_did_not_happen, cli.server_refused, cli.server_away; the signal's reason
 */
export async function play(
  ctx: PlayCtx,
  { scenario, until }: Readonly<{ scenario: Scenario; until: EventType | undefined }>,
  told: (event: JsonObject) => void,
): Promise<void> {
  const begin = await endOfLog(ctx)
  const name = `trigger_${ctx.clock.now().toString(36)}`
  const sleep = async (ms: number): Promise<void> => {
    await ctx.clock.sleep(ms, ctx.signal)
    ctx.signal.throwIfAborted()
  }
  const playing = scenario.play({ server: ctx.server, name, sleep })
  try {
    let step = await playing.next({})
    while (step.done !== true) {
      const event = await happened(ctx, step.value, begin)
      if (scenario.types.includes(step.value.type)) told(event)
      if (step.value.type === until) return
      step = await playing.next(event)
    }
  } finally {
    await playing.return()
  }
}

/** Where the log ends now: what comes behind it has happened since. */
type LogEnd = Readonly<{ created_from: string; after: string | undefined }>

async function endOfLog({ server, clock }: PlayCtx): Promise<LogEnd> {
  const created_from = new Date(clock.now() - CLOCKS_APART_MS).toISOString()
  let after: string | undefined
  for (;;) {
    const { data } = await server.get('/v1/events', { created_from, after, limit: 100 })
    const last = objectsIn(data).at(-1)
    if (last === undefined) return { created_from, after }
    after = textIn(last, 'id')
  }
}

async function happened(
  { server, clock, signal }: PlayCtx,
  { type, object: object_id, meanwhile }: Happening,
  begin: LogEnd,
): Promise<JsonObject> {
  const query = { ...begin, type, object_id, limit: 1 }
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const [event] = objectsIn((await server.get('/v1/events', query)).data)
    if (event !== undefined) return event
    if (looks % LOOKS_BETWEEN === 0) await meanwhile?.()
    await clock.sleep(LOOK_MS, signal)
    signal.throwIfAborted()
  }
  throw new AppError('cli.event_did_not_happen', { type })
}
