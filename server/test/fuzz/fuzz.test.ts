import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { networks } from '../../src/money/registry.ts'
import { startTestPlatform } from '../test-platform.ts'
import type { V1Answer, V1Client } from '../v1-client.ts'
import { requestsOf, type FuzzRequest, type OpenApi } from './operations.ts'

const REQUESTS = 10_000
const AT_ONCE = 24
const ROUNDS = 20
const NETWORKS = networks.filter((one) => !one.local).map((one) => one.name)

/**
 * Whatever is sent, the answer is one that the document promises: its status is listed for the
 * operation, its body fits the schema of that status, and it is never a 500.
 *
 * Seen to fail on a NUL in a text, which no schema refused and the database did: a 500.
 */
test('ten thousand drawn requests get only answers that the document promises', async (t) => {
  const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31))
  t.diagnostic(`seed ${seed}`)
  await using stack = new AsyncDisposableStack()
  const { client } = await startTestPlatform(stack, {
    env: { COFFER_RATE_LIMIT: '100000000', LOG_LEVEL: 'silent' },
  })
  const document: OpenApi = JSON.parse((await client.get('/openapi.json')).text)
  const judge = createJudge(document)
  const ids: string[] = ['inv_unknown']
  const seen = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const drawn = fc.sample(requestsOf(document, ids.slice(-200)), {
      numRuns: REQUESTS / ROUNDS,
      seed: seed + round,
    })
    const broken = await sendAll(client, drawn, (request, answer) => {
      const key = `${request.method} ${request.path} ${answer.status}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
      const id = /"id":"([^"]+)"/.exec(answer.text)?.[1]
      if (id !== undefined) ids.push(id)
      return judge(request, answer)
    })
    assert.deepEqual(broken, [])
    await mendWorld(client)
  }
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0)
  assert.equal(total, REQUESTS)
  const accepted = [...seen].filter(([key]) => / 20[0-2]$/.test(key))
  t.diagnostic(`${seen.size} kinds of answers, ${accepted.length} of them of success`)
})

/** What the last round broke in the sandbox would keep the next from getting far. */
async function mendWorld(client: V1Client): Promise<void> {
  for (const network of NETWORKS) {
    const mended = { network, halt: false, auto_mine: true, lie: 'none' }
    const answer = await client.post('/v1/sandbox/chains/behaviour', mended)
    assert.equal(answer.status, 200, answer.text)
  }
  for (const currency of ['BTC', 'ETH', 'USDT', 'USD', 'EUR']) {
    await client.post('/v1/sandbox/prices', { currency, price_usd: '2.5' })
  }
}

type Judge = (request: FuzzRequest, answer: V1Answer) => string | undefined

async function sendAll(
  client: V1Client,
  requests: readonly FuzzRequest[],
  judge: Judge,
): Promise<readonly string[]> {
  const broken: string[] = []
  let next = 0
  const sender = async (): Promise<void> => {
    for (let place = next++; place < requests.length; place = next++) {
      const request = requests[place]
      if (request === undefined) return
      const answer = await client.send(request.method, request.target, request.bytes)
      const problem = judge(request, answer)
      if (problem === undefined) continue
      const sent = `${request.method} ${request.target} ${(request.bytes ?? '').slice(0, 300)}`
      broken.push(`${problem}\n  ${sent}\n  ${answer.status} ${answer.text.slice(0, 500)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  return broken
}

/** Holds answers against the document, with a validator that is not ours. */
function createJudge(document: OpenApi): Judge {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
  ajv.addSchema({ ...document, $id: 'openapi' })
  const pointer = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1')
  return (request, answer) => {
    const method = request.method.toLowerCase()
    if (answer.status === 500) return 'a 500'
    const responses = document.paths[request.path]?.[method]?.responses ?? {}
    if (!(answer.status in responses)) return `the status ${answer.status} is not documented`
    const place = ['paths', request.path, method, 'responses', String(answer.status)]
    const response = place.map((part) => encodeURIComponent(pointer(part))).join('/')
    const ref = `openapi#/${response}/content/application~1json/schema`
    const validate = ajv.getSchema(ref)
    if (validate === undefined) return `no schema for ${request.path} ${answer.status}`
    return validate(answer.json) === true ? undefined : ajv.errorsText(validate.errors)
  }
}
