import { AppError } from '../../errors/app-error.ts'
import { isWanted } from '../../events/event.ts'
import type { JsonObject } from '../../money/json.ts'
import type { Clock, Instant } from '../../shell/clock.ts'
import type { Machine } from '../cli/command.ts'
import { objectsIn, textIn } from './members.ts'
import type { Server } from './server.client.ts'

/** Which events are wanted, and from when. */
export type LogWanted = Readonly<{
  /** Types, or patterns such as `payment.*`; none: all. */
  patterns: readonly string[]
  objectId?: string | undefined
  /** Absent: what happens from now on. */
  createdFrom: Instant | undefined
  /** Whether to wait for more at the end of the log. */
  follows: boolean
}>

/** What reading a log needs of the machine. */
export type FollowMachine = Pick<Machine, 'notes' | 'signal'> & Readonly<{ clock: Clock }>

const PAGE = 100
const LOOK_MS = 1_000
const AWAY_MS_MAX = 15_000
/** What happens now has the server's time, which may be behind ours. */
const CLOCKS_APART_MS = 3_600_000

/**
 * Reads the log of a server event by event, and goes on where it was when the server comes back.
 *
 * @throws cli.server_refused; the signal's reason
 */
export async function* followLog(
  machine: FollowMachine,
  server: Server,
  wanted: LogWanted,
): AsyncGenerator<JsonObject> {
  const { signal, clock, notes } = machine
  const start = wanted.createdFrom ?? clock.now() - CLOCKS_APART_MS
  let after: string | undefined
  let isKnown = false
  let isBehind = wanted.createdFrom === undefined
  for (;;) {
    const page = await pageAfter(machine, server, { after, start, isKnown })
    isKnown = true
    after = textIn(page.at(-1), 'id') || after
    // Where only what happens from now on is wanted, what is there already is passed over.
    if (!isBehind) yield* page.filter((event) => isOf(event, wanted))
    if (page.length > 0) continue
    if (isBehind) notes.line('At the end of the log; what happens now is shown. Ctrl-C stops it.')
    isBehind = false
    if (!wanted.follows) return
    await clock.sleep(LOOK_MS, signal)
    signal.throwIfAborted()
  }
}

const isOf = (event: JsonObject, { patterns, objectId }: LogWanted): boolean =>
  (patterns.length === 0 || isWanted(patterns, textIn(event, 'event'))) &&
  (objectId === undefined || textIn(event, 'object_id') === objectId)

/** Where in the log we are; `isKnown`: the server answered before. */
type Place = Readonly<{ after: string | undefined; start: Instant; isKnown: boolean }>

/** The page behind an event, as soon as the server answers. One that never did is away. */
async function pageAfter(
  { signal, clock, notes }: FollowMachine,
  server: Server,
  { after, start, isKnown }: Place,
): Promise<readonly JsonObject[]> {
  const query = { limit: PAGE, created_from: new Date(start).toISOString(), after }
  for (let waitMs = LOOK_MS; ; waitMs = Math.min(waitMs * 2, AWAY_MS_MAX)) {
    try {
      const { data } = await server.get('/v1/events', query)
      if (waitMs > LOOK_MS) notes.line(`${server.url} answers again.`)
      return objectsIn(data)
    } catch (error) {
      if (!passes(error) || !isKnown) throw error
      if (waitMs === LOOK_MS) notes.line(`${error.message} Waiting for it; nothing is missed.`)
      await clock.sleep(waitMs, signal)
      signal.throwIfAborted()
    }
  }
}

/** Whether the same question may be answered later. */
function passes(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false
  if (error.code === 'cli.server_away') return true
  if (error.code !== 'cli.server_refused') return false
  const { status } = Object(error.context)
  return status === 429 || status >= 500
}
