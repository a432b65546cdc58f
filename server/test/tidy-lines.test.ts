import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../src/errors/catalogue.ts'
import { everything, isTest, places, product, published } from './rooms.ts'
import { readText } from './source-tree.ts'

// The style of single lines (H34); that of files and rooms is in `tidy.test.ts`.

test('no number type comes near money', () => {
  const near = /\b(Number|parseFloat|parseInt)\(.*(units|amount|balance|price)/i
  assert.deepEqual(
    places(product, (line) => near.test(line)),
    [],
  )
})

test('the compiler is never silenced', () => {
  const silenced = /\bas any\b|: any\b|<any>|\bas unknown as\b|@ts-(ignore|nocheck|expect-error)/
  assert.deepEqual(
    places(
      everything.filter((file) => !file.path.endsWith('tidy-lines.test.ts')),
      (line) => silenced.test(line),
    ),
    [],
  )
  const asserted = /[\w)\]]!(\.|\[|,|\)|;|$)/
  assert.deepEqual(
    places([...product, ...published], (line) =>
      asserted.test(line.replace(/'[^']*'|`[^`]*`/g, '')),
    ),
    [],
  )
})

test('nothing is left to do in a comment', () => {
  const marks = new RegExp(
    `\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['XX', 'X'].join('')}|${['HA', 'CK'].join('')})\\b`,
  )
  assert.deepEqual(
    places(everything, (line) => marks.test(line)),
    [],
  )
})

test('every export of the server and of the packages says what it is', () => {
  const bare = [...product, ...published].flatMap((file) =>
    file.lines.flatMap((line, index) => {
      if (!/^export (async )?(function|const|class|type(?! [*{])|interface)\b/.test(line)) return []
      const before = file.lines[index - 1] ?? ''
      const name = /(?:function|const|class|type|interface)\s+(\w+)/.exec(line)?.[1] ?? ''
      // The body behind an overload is described by the signature above it.
      const isOverload = file.lines
        .slice(0, index)
        .some((one) => one === `export function ${name}<`)
      const isDescribed = before.trimEnd().endsWith('*/') || isOverload
      return isDescribed ? [] : [`${file.path}:${index + 1}`]
    }),
  )
  assert.deepEqual(bare, [])
})

test('no two tests have the same name', () => {
  const names = everything.flatMap((file) =>
    isTest(file.path)
      ? [...file.text.matchAll(/^test\(\s*'([^']+)'/gm)].map((match) => match[1])
      : [],
  )
  const seen = new Set<string | undefined>()
  assert.deepEqual(
    names.filter((name) => seen.has(name) || !seen.add(name)),
    [],
  )
})

test('the page of errors holds every code, and no other', () => {
  const page = readText('docs/errors.md')
  const listed = [...page.matchAll(/^\| `([a-z_]+\.[a-z_0-9]+)` /gm)].map((match) => match[1])
  assert.deepEqual(listed.sort(), Object.keys(catalogue).sort())
})
