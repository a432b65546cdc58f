import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '../../../server/src/api/crytom/routes.ts'
import { CrytomClient } from './client.ts'

/** The routes of burn and mint are in the document, and not on the server yet. */
const BRIDGE = [
  'GET /v1/smart-contract/routes',
  'POST /v1/smart-contract/mint',
  'GET /v1/smart-contract/status/:id',
]

const ID = 'id_0'

/** Calls every method of every resource, and gives the operations that were asked for. */
async function everyOperation(): Promise<readonly string[]> {
  const asked: string[] = []
  const client = new CrytomClient('sk_test_a', {
    baseUrl: 'http://localhost',
    fetch: async (url, init) => {
      const { pathname } = new URL(String(url))
      asked.push(`${init?.method} ${pathname.replaceAll(ID, ':')}`)
      return new Response('{"status":"success","data":[]}')
    },
  })
  for (const resource of Object.values(client)) {
    if (typeof resource !== 'object' || resource === client.webhooks) continue
    for (const [name, method] of Object.entries(Object(resource))) {
      if (typeof method !== 'function' || name === 'follow') continue
      const [, parameters = ''] = /^\(([^)]*)\)/.exec(method.toString()) ?? []
      await method(...parameters.split(',').flatMap((one) => (/id$/i.test(one.trim()) ? ID : [])))
    }
  }
  return asked
}

/** Seen to fail when a method was taken away, and when one asked for another path. */
test('every operation of /v1 has a method, and no method asks for what is not there', async () => {
  const known = routes.map(({ method, path }) => `${method} ${path}`)
  const operations = [...known, ...BRIDGE].map((one) => one.replaceAll(/:\w+/g, ':'))
  assert.deepEqual([...(await everyOperation())].sort(), operations.sort())
})

test('an id cannot lead to another path', async () => {
  const client = new CrytomClient('sk_test_a', { fetch: () => assert.fail('it was sent') })
  for (const id of ['', '.', '..']) {
    await assert.rejects(client.payouts.get(id), { code: 'parameter_invalid' })
  }
  const sent: string[] = []
  const other = new CrytomClient('sk_test_a', {
    fetch: async (url) => {
      sent.push(String(url))
      return new Response('{"status":"success","data":{}}')
    },
  })
  await other.payouts.get('../balance?x=1#y')
  assert.match(sent.join(), /\/v1\/payouts\/\.\.%2Fbalance%3Fx%3D1%23y$/)
  for (const path of [
    '/balance',
    '/v1/../balance',
    '/v1//balance',
    '/v1/a?b',
    'https://x.example/v1/',
  ]) {
    await assert.rejects(async () => other.request({ method: 'GET', path }), {
      code: 'path_invalid',
    })
  }
})
