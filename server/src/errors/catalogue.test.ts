import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { AppError, definitionOf, isError } from './app-error.ts'
import { catalogue } from './catalogue.ts'

type Defined = Readonly<{ status: number; retry: string; say: (context: object) => string }>

const areas = await readAreas()
const codes = [...areas.values()].flatMap((table) => [...table.keys()])

/** Fault seen to fail it: an area's table left out of the catalogue. */
test('the catalogue holds every code of every area, and nothing else', () => {
  assert.deepEqual([...codes].sort(), Object.keys(catalogue).sort())
})

test('every code reads area.what_happened, with one area a file', () => {
  for (const code of codes) assert.match(code, /^[a-z]+\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/)
  for (const [file, table] of areas) {
    const names = new Set([...table.keys()].map((code) => code.split('.')[0]))
    assert.ok(names.size <= 1, `${file} speaks for ${[...names].join(', ')}`)
  }
})

/** Fault seen to fail it: two areas with a `..._unknown` of the same name. */
test('what stands after the dot is unique by itself, since the wire shows only that', () => {
  const seen = new Map<string, string>()
  for (const code of codes) {
    const shown = code.slice(code.indexOf('.') + 1)
    assert.equal(seen.get(shown), undefined, `${code} and ${seen.get(shown)}`)
    seen.set(shown, code)
  }
})

test('every refusal has a status, a retry advice and a whole sentence', () => {
  for (const table of areas.values()) {
    for (const [code, { status, retry, say }] of table) {
      assert.ok(status >= 400 && status <= 599, `${code} has the status ${status}`)
      assert.ok(['never', 'later', 'changed'].includes(retry), `${code} says retry ${retry}`)
      const sentence = say(anyContext)
      assert.match(sentence, /^\S.{10,}(?:[.!?…]|something)$/s, `${code} says ${sentence}`)
      assert.doesNotMatch(sentence, /NaN|\[object/, `${code} says ${sentence}`)
    }
  }
})

test('a refusal carries its code, its facts, its sentence and its cause', () => {
  const cause = new Error('the driver said no')
  const context = { account: 'acct_1', available: '5', wanted: '6' }
  const error = new AppError('ledger.insufficient_balance', context, { cause })
  assert.ok(isError(error, 'ledger.insufficient_balance'))
  assert.ok(!isError(error, 'money.unknown_currency'))
  assert.ok(!isError(cause, 'ledger.insufficient_balance'))
  assert.equal(error.context.account, 'acct_1')
  assert.equal(error.cause, cause)
  assert.match(error.message, /acct_1/)
  assert.equal(definitionOf(error.code).status, 400)
})

/** Facts of any name: each is a list of one word, which reads well in a sentence. */
const anyContext = new Proxy({}, { get: () => ['something'] })

async function readAreas(): Promise<ReadonlyMap<string, ReadonlyMap<string, Defined>>> {
  const directory = new URL('./areas/', import.meta.url)
  const files = (await readdir(directory)).filter((file) => /^[a-z-]+\.ts$/.test(file))
  const tables = files.map(async (file) => {
    const module: Record<string, Record<string, Defined>> = await import(
      new URL(file, directory).href
    )
    const entries = Object.values(module).flatMap((table) => Object.entries(table))
    return [file, new Map(entries)] as const
  })
  return new Map(await Promise.all(tables))
}
