import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { refusal, result, startFaultyRpc } from '../../../test/faulty-rpc.ts'
import { isError } from '../../errors/app-error.ts'
import { chainId } from '../../money/caip.ts'
import { systemClock } from '../../shell/clock.ts'
import { createJsonRpcNode } from './json-rpc.client.ts'

/** A node that answers each question with what the test says. */
async function startNode() {
  const proxy = await startFaultyRpc('http://127.0.0.1:1')
  const place = { chain: chainId('eip155:1'), url: proxy.url, timeoutMs: 10_000 }
  return { ...proxy, node: createJsonRpcNode({ clock: systemClock }, place) }
}

const Height = z.object({ height: z.int() })

test('a question is asked with its parameters, and its answer read by its schema', async () => {
  await using upstream = await startNode()
  upstream.behave(({ method, params }) =>
    Promise.resolve(result({ height: params.length, method })),
  )
  assert.deepEqual(await upstream.node.ask('tip', [1, 'a'], Height), { height: 2 })
  assert.deepEqual(await upstream.node.attempt('tip', [], Height), {
    kind: 'result',
    value: { height: 0 },
  })
  assert.deepEqual(upstream.asked, ['tip', 'tip'])
})

test('amounts are read exactly', async () => {
  await using upstream = await startNode()
  upstream.behave(() =>
    Promise.resolve('{"result":{"units":123456789012345678901234567890,"coins":0.10}}'),
  )
  const Amounts = z.object({ units: z.bigint(), coins: z.string() })
  assert.deepEqual(await upstream.node.ask('balance', [], Amounts), {
    units: 123456789012345678901234567890n,
    coins: '0.10',
  })
})

test('a refusal is an answer to an attempt, and a failure of a question', async () => {
  await using upstream = await startNode()
  for (const status of [200, 400, 500]) {
    upstream.behave(() => Promise.resolve({ status, body: refusal(-32000, 'n'.repeat(900)) }))
    const outcome = await upstream.node.attempt('send', [], Height)
    assert.deepEqual(outcome, { kind: 'refused', code: -32000, message: 'n'.repeat(200) })
    await assert.rejects(upstream.node.ask('send', [], Height), (error) => {
      assert.ok(isError(error, 'chain.node_refused'))
      assert.equal(error.context.problem, `-32000: ${'n'.repeat(200)}`)
      return true
    })
  }
})

/** Seen to fail where answers were handed on without their schema. */
test('what is no answer to the question cannot be used', async () => {
  await using upstream = await startNode()
  const bodies = [
    'nonsense',
    '[]',
    '{}',
    '{"result":null}',
    '{"result":{"height":"7"}}',
    '{"result":{"height":1.5}}',
    '{"result":{"height":99999999999999999999}}',
    '{"error":"no"}',
    '{"error":{"code":1},"result":{"height":7}}',
  ]
  for (const body of bodies) {
    upstream.behave(() => Promise.resolve(body))
    for (const asked of [upstream.node.ask, upstream.node.attempt]) {
      await assert.rejects(
        asked('tip', [], Height),
        (error) => isError(error, 'chain.answer_unusable'),
        body,
      )
    }
  }
})

test('an error page, or no answer at all, is an unreachable node', async () => {
  await using upstream = await startNode()
  for (const reply of [
    { status: 503, body: '<html>' },
    { status: 429, body: '' },
    'hang up',
  ] as const) {
    upstream.behave(() => Promise.resolve(reply))
    for (const asked of [upstream.node.ask, upstream.node.attempt]) {
      await assert.rejects(asked('tip', [], Height), (error) => isError(error, 'chain.unreachable'))
    }
  }
})
