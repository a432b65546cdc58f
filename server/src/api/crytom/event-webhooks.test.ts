import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { allEventTypes } from '../../events/event-types.ts'
import { openApiDocument } from '../openapi.ts'
import { eventDocuments } from './event-webhooks.ts'
import { routes } from './routes.ts'

const document = openApiDocument(routes, { version: '1.0.0', events: eventDocuments() })
const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema({ ...document, $id: 'openapi' })

const pointerOf = (type: string): string =>
  `openapi#/webhooks/${type}/post/requestBody/content/application~1json/schema`

const exampleIn = (type: string): unknown =>
  document.webhooks?.[type]?.post.requestBody?.content['application/json']?.example

test('every event is in the document, with an example of the message that tells it', () => {
  assert.deepEqual(Object.keys(document.webhooks ?? {}), allEventTypes)
  for (const type of allEventTypes) {
    const validate = ajv.getSchema(pointerOf(type))
    assert.ok(validate !== undefined, type)
    assert.ok(validate(exampleIn(type)), `${type}: ${ajv.errorsText(validate.errors)}`)
  }
})

/** Seen to fail with a message whose `data` may be anything. */
test('a message that tells something else than its type says is not what the document says', () => {
  const validate = ajv.getSchema(pointerOf('payout.completed'))
  assert.ok(validate !== undefined)
  assert.equal(validate(exampleIn('payout.completed')), true)
  assert.equal(validate(exampleIn('wallet.created')), false)
  assert.equal(validate({ ...Object(exampleIn('payout.completed')), data: { id: 'po_1' } }), false)
})

test('every reference of the events leads somewhere, and no name is taken twice', () => {
  const bare = openApiDocument(routes, { version: '1.0.0' })
  const own = Object.keys(Object(bare.components['schemas']))
  const added = Object.keys(eventDocuments().components)
  assert.deepEqual(
    added.filter((name) => own.includes(name)),
    [],
  )
  for (const [, name = ''] of JSON.stringify(document.webhooks).matchAll(/schemas\/(\w+)"/g)) {
    assert.ok(added.includes(name), name)
  }
})
