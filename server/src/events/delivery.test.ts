import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { afterAttempt, isAcknowledged, type DeliveryOutcome, type Round } from './delivery.ts'

const refusedBy = (status: number): DeliveryOutcome => ({
  kind: 'answered',
  status,
  head: '',
  durationMs: 1,
})

/** Attempts at the times given by `lateness` after they were due; what is due when. */
function play(
  lateness: (attempt: number) => number,
): readonly Readonly<{ due: number; at: number }>[] {
  const played: { due: number; at: number }[] = []
  let round: Round = { attempts: 0, startedAt: undefined }
  let due = 0
  for (;;) {
    const at = due + lateness(round.attempts)
    played.push({ due, at })
    const after = afterAttempt(round, at, refusedBy(500))
    if (after.state !== 'pending') return played
    due = after.dueAt
    round = { attempts: round.attempts + 1, startedAt: round.startedAt ?? at }
  }
}

test('only a 2xx is an acknowledgement', () => {
  const statuses = [100, 199, 200, 204, 299, 300, 301, 400, 410, 500]
  const taken = statuses.filter((status) => isAcknowledged(refusedBy(status)))
  assert.deepEqual(taken, [200, 204, 299])
  assert.ok(!isAcknowledged({ kind: 'failed', failure: 'timeout', durationMs: 1 }))
})

test('what is not acknowledged is tried again on the published schedule, ten times in all', () => {
  const seconds = play(() => 0).map(({ due }) => due / 1_000)
  const hours = (...list: number[]): number[] => list.map((hour) => hour * 3_600)
  assert.deepEqual(seconds, [0, 5, 300, 1_800, ...hours(2, 5, 10, 14, 20, 24)])
})

/** Seen to fail with the half gap left out: after a day away all retries come within a moment. */
test('attempts that come late never make the next ones come in a burst', () => {
  const onTime = play(() => 0).map(({ due }) => due)
  const anyLateness = fc.array(fc.nat(48 * 3_600_000), { minLength: 10, maxLength: 10 })
  fc.assert(
    fc.property(anyLateness, (late) => {
      const played = play((attempt) => late[attempt] ?? 0)
      assert.equal(played.length, 10)
      for (const [index, { due }] of played.entries()) {
        const before = played[index - 1]
        if (before === undefined) continue
        const gap = (onTime[index] ?? 0) - (onTime[index - 1] ?? 0)
        assert.ok(due - before.at >= gap / 2, `retry ${index} comes ${due - before.at} ms after`)
        assert.ok(due >= (played[0]?.at ?? 0) + (onTime[index] ?? 0))
      }
    }),
  )
})
