import { createHmac } from 'node:crypto'
import { signatureHeaders } from '../../events/signature.ts'
import type { JsonObject } from '../../money/json.ts'
import { writeJson } from '../../money/json.ts'
import { systemClock, type Clock } from '../../shell/clock.ts'
import type { Machine } from '../cli/command.ts'
import { misused } from '../cli/read-given.ts'
import { instantOf } from '../cli/moment.ts'
import { cellOf, jsonLine } from '../cli/show.ts'
import { untilStopped } from '../cli/until-stopped.ts'
import type { ListenGiven } from '../commands/events.ts'
import { findServer, type ServerPlace } from './find-server.ts'
import { followLog } from './follow-log.ts'
import { forward, type Forwarded } from './forward.client.ts'
import { textIn } from './members.ts'
import { openServer } from './server.client.ts'

/**
 * `coffer listen`: tells a server on this machine of every event, signed as the platform signs,
 * and shows what it answers. While nobody listens there, events wait.
 *
 * @returns the exit code
 * @throws cli.server_away, cli.server_refused, cli.no_key, shell.arguments_invalid
 */
export async function listen(
  machine: Machine,
  given: ListenGiven,
  clock: Clock = systemClock,
): Promise<number> {
  const { terminal, notes, signal } = machine
  const url = readTarget(given['forward-to'])
  const place = await findServer(machine, given)
  const server = openServer(place, signal)
  const secret = given.secret ?? secretOf(place)
  notes.line(`Events of ${server.url} (${server.environment}) go to ${url.href}`)
  notes.line(`They are signed with ${secret}`)
  const { since } = given
  const wanted = {
    patterns: given.type,
    createdFrom: since === undefined ? undefined : instantOf(since, clock.now()),
    follows: !given.once,
  }
  const log = followLog({ ...machine, clock }, server, wanted)
  return untilStopped(machine, async () => {
    for await (const event of log) {
      const forwarded = await deliver({ ...machine, clock }, event, { url, secret })
      terminal.line(given.json ? jsonOf(event, forwarded) : lineOf(machine, event, forwarded))
    }
  })
}

function readTarget(text: string): URL {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol)) return url
  throw misused('--forward-to is a URL, such as http://localhost:3000/webhooks')
}

/**
 * What signs where nothing else is said: the account's own secret where the sandbox of this
 * directory tells it; otherwise one that is made from the key, so that it is the same every time
 * and nobody can make it who has not the key.
 */
function secretOf({ key, webhookSecret }: ServerPlace): string {
  const made = createHmac('sha256', key).update('coffer listen').digest('base64')
  return webhookSecret ?? `whsec_${made}`
}

type Target = Readonly<{ url: URL; secret: string }>

const WAIT_MS = 1_000

/** Sends an event until somebody answers, or the connection breaks on the way. */
async function deliver(
  { signal, clock, notes }: Pick<Machine, 'signal' | 'notes'> & Readonly<{ clock: Clock }>,
  event: JsonObject,
  { url, secret }: Target,
): Promise<Forwarded> {
  const body = bodyOf(event)
  for (let tries = 1; ; tries += 1) {
    const headers = signatureHeaders({
      id: textIn(event, 'id'),
      path: url.pathname,
      body,
      secrets: [secret],
      now: clock.now(),
    })
    const forwarded = await forward({ url, headers, body }, signal)
    signal.throwIfAborted()
    if (forwarded.kind !== 'nobody') return forwarded
    if (tries === 1) notes.line(`Nobody listens at ${url.host} (${forwarded.reason}); waiting.`)
    await clock.sleep(WAIT_MS, signal)
    signal.throwIfAborted()
  }
}

/** The body as the platform writes it; numbers stay as they were. */
const bodyOf = ({ event, data, id, object_id, sequence, created_at }: JsonObject): string =>
  writeJson({ event, data, id, object_id, sequence, created_at })

function lineOf({ terminal }: Machine, event: JsonObject, forwarded: Forwarded): string {
  const what = ['event', 'object_id', 'id'].map((name) => cellOf(textIn(event, name))).join('  ')
  const time = textIn(event, 'created_at')
  if (forwarded.kind !== 'answered') {
    return `${time}  ${terminal.paint('red', forwarded.reason)}  ${what}`
  }
  const { status, durationMs } = forwarded
  const isGood = status >= 200 && status < 300
  const answer = terminal.paint(isGood ? 'green' : 'red', String(status))
  return `${time}  ${answer}  ${what}  ${durationMs} ms`
}

const jsonOf = (event: JsonObject, forwarded: Forwarded): string =>
  jsonLine({
    id: event['id'],
    event: event['event'],
    object_id: event['object_id'],
    status_code: forwarded.kind === 'answered' ? forwarded.status : null,
    failure: forwarded.kind === 'answered' ? null : forwarded.reason,
    duration_ms: forwarded.durationMs,
  })
