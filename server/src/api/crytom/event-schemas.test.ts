import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventProblems } from '../../../test/event-problems.ts'
import { allEventTypes } from '../../events/event-types.ts'
import { exampleOf } from '../../events/examples/example-events.ts'
import { writeJson } from '../../money/json.ts'

test('the example of every event is what events of its type tell', () => {
  const wrong = allEventTypes.flatMap((type) =>
    eventProblems({ type, snapshot: writeJson(exampleOf(type).object) }),
  )
  assert.deepEqual(wrong, [])
})
