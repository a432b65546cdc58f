import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { typeOf } from './sdk-schema.ts'
import { sdkFiles } from './sdk-types.ts'

/** Seen to fail when a member of a reply was renamed without `npm run docs`. */
test('the types of the SDK are those of the routes', async () => {
  const root = new URL('../', import.meta.url)
  for (const { path, text } of await sdkFiles()) {
    const written = await readFile(new URL(path, root), 'utf8')
    assert.ok(written === text, `${path} is out of date: run \`npm run docs\``)
  }
})

/** Seen to fail when an unknown schema became `unknown`. */
test('a schema that has no TypeScript type stops the making of the SDK', () => {
  const writer = { side: 'answer', nameOf: () => undefined } as const
  assert.throws(() => typeOf({ type: 'geometry' }, writer), /no type for/)
  assert.equal(typeOf({ type: ['number', 'null'] }, writer), 'number | null')
})
