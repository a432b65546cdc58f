import type { JsonObject } from '../../money/json.ts'
import { systemClock } from '../../shell/clock.ts'
import type { Machine } from '../cli/command.ts'
import { instantOf } from '../cli/moment.ts'
import { cellOf, jsonLine } from '../cli/show.ts'
import { untilStopped } from '../cli/until-stopped.ts'
import type { TailGiven } from '../commands/events.ts'
import { findServer } from './find-server.ts'
import { followLog } from './follow-log.ts'
import { textIn } from './members.ts'
import { openServer } from './server.client.ts'

/**
 * `coffer events tail`: a line for each event.
 *
 * @returns the exit code
 * @throws cli.server_away, cli.server_refused, cli.no_key
 */
export async function tail(machine: Machine, given: TailGiven): Promise<number> {
  const { terminal, signal } = machine
  const server = openServer(await findServer(machine, given), signal)
  const { since } = given
  const wanted = {
    patterns: given.type,
    objectId: given.object,
    createdFrom: since === undefined ? undefined : instantOf(since, systemClock.now()),
    follows: !given.once,
  }
  const log = followLog({ ...machine, clock: systemClock }, server, wanted)
  return untilStopped(machine, async () => {
    for await (const event of log) {
      terminal.line(given.json ? jsonLine(event) : lineOf(event))
      await terminal.ready(signal)
    }
  })
}

const TYPE_WIDTH = 28

/** An event in one line: when, what, of which object, and how that stands. */
export function lineOf(event: JsonObject): string {
  const cells = [
    textIn(event, 'created_at'),
    textIn(event, 'event').padEnd(TYPE_WIDTH),
    textIn(event, 'object_id'),
    `#${textIn(event, 'sequence')}`,
    textIn(event, 'id'),
    textIn(event['data'], 'status'),
  ]
  return cells
    .map((cell) => (cell === '' ? '' : cellOf(cell)))
    .join('  ')
    .trimEnd()
}
