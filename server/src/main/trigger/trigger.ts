import { AppError } from '../../errors/app-error.ts'
import { eventTypes, isEventType, type EventType } from '../../events/event-types.ts'
import { systemClock } from '../../shell/clock.ts'
import type { Machine } from '../cli/command.ts'
import { nearestOf } from '../cli/nearest.ts'
import { misused } from '../cli/read-given.ts'
import { jsonLine, showRows } from '../cli/show.ts'
import type { TriggerGiven } from '../commands/events.ts'
import { open } from '../server/objects.ts'
import { lineOf } from '../server/tail.ts'
import { play } from './play.ts'
import { scenarioOf, scenarios } from './scenarios.ts'

/**
 * `coffer trigger`: makes an event really happen in the sandbox, or lists those that can be made
 * to happen.
 *
 * @returns the exit code
 * @throws shell.arguments_invalid, cli.play_needs_test_key, cli.event_did_not_happen, and the
 *   refusals of `openServer`
 */
export async function trigger(machine: Machine, given: TriggerGiven): Promise<number> {
  const { terminal, notes, signal } = machine
  if (given.list) return list(machine, given)
  const type = readType(given.event)
  const scenario = scenarioOf(type)
  if (scenario === undefined) {
    throw misused(`${type} cannot be made to happen; coffer trigger --list shows what can`)
  }
  const server = await open(machine, given)
  if (server.environment === 'live') throw new AppError('cli.play_needs_test_key', {})
  if (scenario.touches !== undefined) notes.line(`This ${scenario.touches}.`)
  await play({ server, clock: systemClock, signal }, { scenario, until: type }, (event) =>
    terminal.line(given.json ? jsonLine(event) : lineOf(event)),
  )
  return 0
}

function readType(text: string | undefined): EventType {
  if (text === undefined) throw misused('EVENT is needed; coffer trigger --list shows them')
  if (isEventType(text)) return text
  const near = nearestOf(text, Object.keys(eventTypes))
  throw misused(`there is no event ${text}${near === undefined ? '' : `; is ${near} meant?`}`)
}

function list({ terminal }: Machine, { json }: TriggerGiven): number {
  const rows = scenarios.flatMap(({ types, touches = null }) =>
    types.map((event) => ({ event, what_happens: eventTypes[event], touches })),
  )
  showRows(terminal, rows, { json, columns: ['event', 'what_happens'], none: '' })
  if (json) return 0
  terminal.heading('  What some of them do beside that')
  const touching = [...Map.groupBy(rows, (row) => row.touches)]
  for (const [touches, of] of touching) {
    if (touches === null) continue
    terminal.line(`  ${touches}:`)
    terminal.line(`    ${of.map((row) => row.event).join(', ')}`)
  }
  return 0
}
