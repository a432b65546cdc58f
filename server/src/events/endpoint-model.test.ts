import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/database.ts'
import { eventWorld, type EventWorld } from '../../test/event-world.ts'
import { startReceiver, type Received } from '../../test/webhook-receiver.ts'
import { inDbTx } from '../shell/db.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { changeEndpoint } from './change-endpoint.action.ts'
import { resendJob } from './resend.job.ts'
import { startResend } from './resend.action.ts'

const HOUR = 3_600_000

type Mood = 'up' | 'down' | 'odd'

/** What may happen to an endpoint: things of a merchant's week, in any order. */
type Step =
  | Readonly<{ kind: 'event'; object: number }>
  | Readonly<{ kind: 'hours'; hours: number }>
  | Readonly<{ kind: 'receiver'; mood: Mood }>
  | Readonly<{ kind: 'enabled'; enabled: boolean }>
  | Readonly<{ kind: 'moved' | 'resend' }>

const steps = {
  event: fc.record({ kind: fc.constant('event' as const), object: fc.nat(2) }),
  hours: fc.record({
    kind: fc.constant('hours' as const),
    hours: fc.integer({ min: 1, max: 40 }),
  }),
  receiver: fc.record({
    kind: fc.constant('receiver' as const),
    mood: fc.constantFrom<Mood>('up', 'down', 'odd'),
  }),
  enabled: fc.record({ kind: fc.constant('enabled' as const), enabled: fc.boolean() }),
  other: fc.record({ kind: fc.constantFrom('moved' as const, 'resend' as const) }),
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: steps.event },
  { weight: 4, arbitrary: steps.hours },
  { weight: 2, arbitrary: steps.receiver },
  { weight: 2, arbitrary: steps.enabled },
  { weight: 1, arbitrary: steps.other },
)

type Play = Readonly<{
  world: EventWorld
  endpointId: string
  url: string
  receiver: { mood: Mood; isOff: boolean }
  appended: Set<string>
}>

const enable = ({ world: { ctx, book }, endpointId }: Play, enabled: boolean) =>
  inDbTx(ctx, (dbTx) => changeEndpoint(ctx, dbTx, { book, endpointId, change: { enabled } }))

async function resendMissed({ world: { ctx, book }, endpointId }: Play): Promise<void> {
  const narrow = { eventIds: undefined, objectId: undefined, from: undefined, to: undefined }
  const filter = { ...narrow, type: 'payment.*', missedOnly: true }
  await inDbTx(ctx, (dbTx) => startResend(ctx, dbTx, { book, endpointId, filter }))
  await runDueOnce(ctx, resendJob(ctx))
}

async function take(play: Play, step: Step): Promise<void> {
  const { world, endpointId } = play
  const { ctx, book } = world
  if (step.kind === 'event') {
    play.appended.add((await world.append(`pay_${step.object}`)).eventId)
  } else if (step.kind === 'hours') await world.advance(step.hours * HOUR)
  else if (step.kind === 'receiver') play.receiver.mood = step.mood
  else if (step.kind === 'enabled') {
    await enable(play, step.enabled)
    play.receiver.isOff = !step.enabled
  } else if (step.kind === 'moved') {
    const change = { url: `${play.url}/${play.appended.size}` }
    await inDbTx(ctx, (dbTx) => changeEndpoint(ctx, dbTx, { book, endpointId, change }))
  } else {
    // Whether it is disabled, by itself perhaps, is not this step's to know.
    await resendMissed(play).catch(() => undefined)
  }
  await world.settle()
}

/**
 * Whatever becomes of an endpoint in a week (it fails, is disabled by hand or by itself, moves,
 * comes back): once it works and was asked to catch up, each event was acknowledged, and once.
 *
 * Seen to fail with what waits, with what was canceled, and with what it was never told of left out
 * of what an endpoint missed, with acknowledged events sent again, and with deliveries written for
 * a disabled endpoint and sent to it.
 */
test('after any week, what an endpoint catches up on leaves nothing out and nothing twice', async () => {
  await using database = await testDatabase()
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 8, maxLength: 30 }), async (week) => {
      const world = await eventWorld(database.db)
      const acknowledged: string[] = []
      const strays: string[] = []
      const mood: Play['receiver'] = { mood: 'up', isOff: false }
      const reply = ({ id }: Received, count: number): number => {
        if (mood.isOff) strays.push(id)
        if (mood.mood === 'down' || (mood.mood === 'odd' && count % 2 === 1)) return 503
        acknowledged.push(id)
        return 200
      }
      await using receiver = await startReceiver({ secrets: [world.secret], reply })
      const { endpoint } = await world.listen(receiver.url, { events: ['payment.*'] })
      const appended = new Set<string>()
      const { endpointId } = endpoint
      const play: Play = { world, endpointId, url: receiver.url, receiver: mood, appended }
      for (const step of week) await take(play, step)
      Object.assign(mood, { mood: 'up', isOff: false })
      await enable(play, true)
      await resendMissed(play)
      await world.settle()
      assert.deepEqual(strays, [])
      assert.deepEqual(acknowledged.toSorted(), [...appended].toSorted())
    }),
    { numRuns: 35 },
  )
})
