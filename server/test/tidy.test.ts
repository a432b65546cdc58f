import assert from 'node:assert/strict'
import { test } from 'node:test'
import { full } from 'acorn-walk'
import { everything, floorOf, places, product, published, roomOf } from './rooms.ts'
import { readText, type SourceFile } from './source-tree.ts'

// The style is a test (H34): each rule lists the places that break it, and the list is empty.

const ownImports = (file: SourceFile): readonly string[] =>
  file.imports.filter((one) => one.ours).map((one) => one.target)

test('every room has a floor in the house', () => {
  assert.deepEqual(
    product.filter((file) => floorOf(file.path) < 0).map((file) => file.path),
    [],
  )
})

test('arrows between rooms point down', () => {
  const upward = product.flatMap((file) =>
    ownImports(file)
      .filter((target) => target.startsWith('server/src/') && floorOf(target) > floorOf(file.path))
      .map((target) => `${file.path} → ${target}`),
  )
  assert.deepEqual(upward, [])
})

test('no feature reads the SQL of another', () => {
  const crossing = product.flatMap((file) =>
    ownImports(file)
      .filter((target) => target.endsWith('.store.ts') && roomOf(target) !== roomOf(file.path))
      .map((target) => `${file.path} → ${target}`),
  )
  assert.deepEqual(crossing, [])
})

test('nobody imports the signer but its own process, and it imports only what is pure', () => {
  const callers = product
    .filter((file) => roomOf(file.path) !== 'signer')
    .filter((file) => ownImports(file).some((target) => roomOf(target) === 'signer'))
    .map((file) => file.path)
  assert.deepEqual(
    callers.filter((path) => roomOf(path) !== 'main'),
    [],
  )
  const reached = new Set<string>()
  const visit = (path: string): void => {
    const file = product.find((one) => one.path === path)
    if (file === undefined || reached.has(path)) return
    reached.add(path)
    for (const one of file.imports) if (one.ours && !one.typeOnly) visit(one.target)
  }
  for (const file of product) if (roomOf(file.path) === 'signer') visit(file.path)
  const outside = [...reached].filter((path) => roomOf(path) !== 'signer')
  const effect = /^node:(?!crypto$)|^(pg|fastify|pino)$/
  const wanted = outside.filter((path) => {
    const file = product.find((one) => one.path === path)
    const isPure = /^server\/src\/(money|errors|totp|chains\/[^/]+(\/[^/.]+)?\.ts$)/.test(path)
    return !isPure || file?.imports.some((one) => !one.typeOnly && effect.test(one.target))
  })
  assert.deepEqual(wanted, [])
})

test('no import runs in a circle', () => {
  const graph = new Map(
    [...product, ...published].map((file) => [
      file.path,
      file.imports.filter((one) => one.ours && !one.typeOnly).map((one) => one.target),
    ]),
  )
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail, path].join(' → '))
    if (done.has(path) || trail.includes(path)) return
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  assert.deepEqual(circles, [])
})

test('no file only hands on what others define', () => {
  const barrels = product.filter((file) => {
    let own = false
    full(file.syntax, (node) => {
      const exports = ['ExportNamedDeclaration', 'ExportAllDeclaration', 'Program']
      if (!exports.includes(node.type)) own = true
    })
    return !own && /^export .* from /m.test(file.text)
  })
  assert.deepEqual(
    barrels.map((file) => file.path),
    [],
  )
})

test('a file that nothing leads to is not there', () => {
  const wanted = new Set(everything.flatMap(ownImports))
  const scripts = readText('package.json')
  const dead = product
    .map((file) => file.path)
    .filter((path) => !wanted.has(path) && !scripts.includes(path))
  assert.deepEqual(dead, [])
})

test('files stay under 250 lines and lines under 100 columns', () => {
  const long = everything.filter((file) => file.lines.length > 250).map((file) => file.path)
  assert.deepEqual(long, [])
  // A sentence or a query in quotes may go on; code may not.
  const code = (line: string): string => line.replace(/"[^"]*"|'[^']*'|`[^`]*`?|\/.*\//g, "''")
  assert.deepEqual(
    // The guide is a page of documentation in one template.
    places(
      everything.filter((file) => !file.path.endsWith('openapi-guide.ts')),
      (line) => code(line).length > 100,
    ),
    [],
  )
})

test('functions stay under 70 lines and three positional parameters', () => {
  const broken: string[] = []
  for (const file of [...product, ...published]) {
    full(file.syntax, (node) => {
      if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))
        return
      const start = node.loc?.start.line ?? 0
      const end = node.loc?.end.line ?? 0
      const parameters = 'params' in node && Array.isArray(node.params) ? node.params.length : 0
      if (end - start >= 70) broken.push(`${file.path}:${start} has ${end - start + 1} lines`)
      if (parameters > 3) broken.push(`${file.path}:${start} has ${parameters} parameters`)
    })
  }
  assert.deepEqual(broken, [])
})

test('the machine is touched in shell only: no clock, chance or environment elsewhere', () => {
  const effects = /^(Date\.now\(|new Date\(\)|Math\.random\(|process\.env\b)/
  const outside = product
    .filter((file) => !['shell', 'main'].includes(roomOf(file.path)))
    // A process of its own, whose environment is how it is told its key.
    .filter((file) => file.path !== 'server/src/signer/main.ts')
  const broken: string[] = []
  for (const file of outside) {
    full(file.syntax, (node) => {
      const isExpression = /^(CallExpression|NewExpression|MemberExpression)$/.test(node.type)
      if (isExpression && effects.test(file.text.slice(node.start, node.end))) {
        broken.push(`${file.path}:${node.loc?.start.line ?? 0}`)
      }
    })
  }
  assert.deepEqual(broken, [])
})

test('pure files reach no disk, network or database', () => {
  const effect = /^node:(fs|net|http|https|child_process|dns|tls|dgram|worker_threads)|^pg$/
  const pure = product.filter((file) =>
    ['money', 'errors', 'totp', 'payments', 'payouts', 'ledger', 'rates', 'events'].includes(
      roomOf(file.path),
    ),
  )
  const touching = pure
    .filter((file) => !/\.(action|store|routes|job|client)\.ts$/.test(file.path))
    .filter((file) => file.imports.some((one) => effect.test(one.target)))
    .map((file) => file.path)
  assert.deepEqual(touching, [])
})
