import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi, testApiCtx } from '../../test/api.ts'
import { testDatabase } from '../../test/database.ts'
import { echoRoutes } from '../../test/echo-routes.ts'
import { catalogue } from '../errors/catalogue.ts'
import { routes } from './crytom/routes.ts'
import { wireCode } from './failure.ts'
import { openApiDocument } from './openapi.ts'
import { errorsOf } from './route-errors.ts'
import { sentenceOf } from './sentence.ts'

const document = openApiDocument(routes, { version: '1.0.0' })
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
)

/** Every object schema inside a schema, with its place. */
function objectsIn(schema: unknown, place = ''): readonly (readonly [string, object])[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema || Object(schema).type === 'object' ? [[place, schema]] : []
  const inner = Object.entries(schema)
    .filter(([name]) => name !== 'examples' && name !== 'default')
    .flatMap(([name, value]) => objectsIn(value, `${place}/${name}`))
  return [...own.map(([at, one]) => [String(at), Object(one)] as const), ...inner]
}

test('every route of the product is in the document, once', () => {
  assert.equal(operations.length, routes.length)
  const ids = operations.map(({ operation }) => operation.operationId)
  assert.equal(new Set(ids).size, ids.length)
})

/** A typo in `callback_ulr` must not pass silently. Seen to fail with a `z.object` in a body. */
test('every body and query refuses members that it does not know, except inside metadata', () => {
  const open = routes.flatMap((route) => {
    const own = openApiDocument([route], { version: '1' })
    const [operation] = Object.values(own.paths).flatMap((item) => Object.values(item))
    const schema = operation?.requestBody?.content['application/json']?.schema
    return objectsIn(schema)
      .filter(([place]) => !place.includes('/metadata'))
      .filter(([, one]) => Object(one).additionalProperties !== false)
      .map(([place]) => `${route.method} ${route.path} ${place}`)
  })
  assert.deepEqual(open, [])
  for (const route of routes.filter((one) => one.query !== undefined)) {
    const params = { id: 'x' }
    const accepted = route.accept({ params, query: { no_such_member: '1' }, body: undefined })
    assert.equal(accepted.kind, 'refused', `${route.method} ${route.path}`)
  }
})

test('every parameter of a path is declared', () => {
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const declared = operation.parameters
      .filter((one) => one['in'] === 'path')
      .map((one) => one['name'])
    assert.deepEqual(declared, named, path)
  }
})

test('every code that a route can answer stands under its status', () => {
  for (const route of routes) {
    const own = openApiDocument([route], { version: '1' })
    const [operation] = Object.values(own.paths).flatMap((item) => Object.values(item))
    for (const code of errorsOf(route)) {
      const response = operation?.responses[String(catalogue[code].status)]
      const text = JSON.stringify(response?.content['application/json'])
      assert.ok(text.includes(JSON.stringify(wireCode(code))), `${route.path} ${code}`)
    }
  }
})

test('no answer is documented without its shape', () => {
  const bare = operations.flatMap(({ path, method, operation }) =>
    Object.entries(operation.responses)
      .filter(([status]) => status.startsWith('2'))
      .filter(([, one]) => {
        const schema = Object(one.content['application/json']?.schema)
        return Object.keys(Object(schema.properties?.data)).length === 0
      })
      .map(([status]) => `${method} ${path} ${status}`),
  )
  assert.deepEqual(bare, [])
})

test('every reference in the document leads somewhere', () => {
  const text = JSON.stringify(document)
  for (const [, pointer = ''] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
    const steps = pointer.split('/').slice(1)
    const found = steps.reduce<unknown>((part, step) => Object(part)[step], document)
    assert.notEqual(found, undefined, pointer)
  }
})

test('every sentence of the catalogue can be shown without its facts', () => {
  for (const code of Object.keys(catalogue).filter((one) => one in catalogue)) {
    const known = Object.keys(catalogue).find((one): one is keyof typeof catalogue => one === code)
    assert.ok(known !== undefined)
    const sentence = sentenceOf(known)
    assert.doesNotMatch(sentence, /NaN|undefined|\[object|=>/, code)
    assert.ok(sentence.length > 10, code)
  }
})

test('the document and its page are served without a key, and the page loads nothing', async () => {
  await using database = await testDatabase()
  await using api = await testApi(testApiCtx(database.db), { routes: [...routes, ...echoRoutes] })
  const served = await api.send('/openapi.json')
  assert.equal(served.status, 200)
  assert.equal(Object(served.json).openapi, '3.1.1')
  const page = await api.send('/docs')
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(
    String(page.headers['content-security-policy']),
    /^default-src 'none'; style-src 'sha256-/,
  )
  assert.doesNotMatch(page.text, /<script|<link|<img|<iframe|src=|@import|url\(/)
  for (const [, anchor = ''] of page.text.matchAll(/href="#([^"]+)"/g)) {
    assert.ok(page.text.includes(`id="${anchor}"`), anchor)
  }
  for (const [, path = ''] of page.text.matchAll(/href="(\/[^"#]+)"/g)) {
    const linked = await api.send(path)
    assert.equal(linked.status, 200, path)
    assert.doesNotMatch(linked.text, /<script|<link|<img|<iframe|@import/, path)
  }
  const headers = { 'if-none-match': String(page.headers['etag']) }
  assert.equal((await api.send('/docs', { headers })).status, 304)
})

test('an example of a description cannot become markup', async () => {
  const { renderMarkdown } = await import('./docs/markdown.ts')
  const html = renderMarkdown('a <b> & "c" `<script>` **<i>**\n\n* <u>\n\n    <pre>')
  assert.doesNotMatch(html, /<(b|script|i|u)>/)
  assert.equal(html.includes('<strong>&#60;i&#62;</strong>'), true)
})
