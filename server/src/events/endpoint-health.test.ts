import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  countSent,
  EMPTY_TALLY,
  judgeHealth,
  type Health,
  type HealthNotice,
  type SentMessage,
} from './endpoint-health.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const DISABLE_AFTER_MS = 5 * DAY

// Most wait for their next attempt, as in life: so some targets fail for days and give nothing up.
const state = fc.oneof(
  { weight: 1, arbitrary: fc.constant('delivered' as const) },
  { weight: 8, arbitrary: fc.constant('pending' as const) },
  { weight: 1, arbitrary: fc.constant('failed' as const) },
)

/** Messages in the order in which they were sent, some hours apart, in any batches. */
const anyMessages = fc
  .array(fc.record({ state, hours: fc.nat(40), isTest: fc.boolean(), isLast: fc.boolean() }))
  .map((all) => {
    let startedAt = 0
    return all.map(({ hours, ...rest }) => ({ ...rest, startedAt: (startedAt += hours * HOUR) }))
  })

type Played = Readonly<{ notices: readonly HealthNotice[]; health: Health }>

/** Judges after each message whose batch ends with it, until the target is disabled. */
function play(messages: readonly (SentMessage & Readonly<{ isLast: boolean }>)[]): Played {
  const notices: HealthNotice[] = []
  let health: Health = { failingSince: undefined, isTold: false }
  let tally = EMPTY_TALLY
  for (const message of messages) {
    tally = countSent(tally, message)
    if (!message.isLast) continue
    const judged = judgeHealth(health, tally, DISABLE_AFTER_MS)
    health = judged.health
    tally = EMPTY_TALLY
    if (judged.notice !== undefined) notices.push(judged.notice)
    if (judged.notice === 'disabled') break
  }
  return { notices, health }
}

/** Seen to fail with an endpoint judged at every message that is not taken, given up or not. */
test('only who gave up a message, and took none for five days, is disabled', () => {
  fc.assert(
    fc.property(anyMessages, (messages) => {
      const { notices } = play(messages.map((one) => ({ ...one, isLast: true })))
      const real = messages.filter((one) => !one.isTest || one.state === 'delivered')
      const ends = real.filter((one, index) => {
        const before = real.slice(0, index + 1)
        const taken = before.findLastIndex((earlier) => earlier.state === 'delivered')
        const since = before[taken + 1]?.startedAt ?? one.startedAt
        return one.state === 'failed' && one.startedAt - since >= DISABLE_AFTER_MS
      })
      assert.equal(notices.includes('disabled'), ends.length > 0)
    }),
    { numRuns: 500 },
  )
})

/** Seen to fail with an acknowledgement that counts only where nothing else was refused. */
test('one acknowledgement is enough, however the messages are counted together', () => {
  fc.assert(
    fc.property(anyMessages, (messages) => {
      const taken = messages.concat([
        { state: 'delivered', isTest: false, startedAt: Number.MAX_SAFE_INTEGER, isLast: true },
      ])
      const { notices, health } = play(taken)
      if (notices.at(-1) === 'disabled') return
      assert.deepEqual(health, { failingSince: undefined, isTold: false })
    }),
  )
})

/** Seen to fail with the warning repeated at each message that is given up. */
test('the owner is warned once, and told once that it is over', () => {
  fc.assert(
    fc.property(anyMessages, (messages) => {
      const { notices } = play(messages)
      for (const [index, notice] of notices.entries()) {
        const before = notices[index - 1]
        if (notice === 'failing') assert.ok(before === undefined || before === 'recovered')
        if (notice === 'recovered') assert.equal(before, 'failing')
      }
    }),
  )
})

test('a test that is not taken says nothing of an endpoint; one that is taken does', () => {
  const given = { startedAt: 0, isTest: true, isLast: true } as const
  const failed = play([{ ...given, state: 'failed' }])
  assert.equal(failed.health.failingSince, undefined)
  const refused = { ...given, isTest: false, state: 'pending' } as const
  const { health } = play([refused, { ...given, startedAt: DAY, state: 'delivered' }])
  assert.equal(health.failingSince, undefined)
})
