import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { settings, signerSettings } from '../src/shell/config.ts'
import { copiesOf, ignored, readStages, ROOT } from './image.ts'
import { product } from './rooms.ts'
import { readText } from './source-tree.ts'

const stages = await readStages()
const last = stages.at(-1) ?? []
const of = (word: string) => last.filter((one) => one.word === word).map((one) => one.rest)

const declared = [...Object.values(settings), ...Object.values(signerSettings)]

const EXACT = /^[a-z0-9/.-]+:\d+\.\d+(\.\d+)?-[a-z-]+( AS [a-z]+)?$/

/** Seen to fail with `debian:slim`, with a COPY of a folder that is gone, and with USER coffer. */
test('the image has an exact base, copies what is there, and runs as a number that is not root', () => {
  assert.equal(stages.length, 2)
  for (const [from] of stages) assert.match(from?.rest ?? '', EXACT)
  for (const { from } of stages.flatMap(copiesOf)) assert.ok(existsSync(join(ROOT, from)), from)
  assert.deepEqual(of('USER'), ['10001:10001'])
  assert.match(of('HEALTHCHECK').join(), /\/readyz/)
  assert.match(of('ENTRYPOINT').join(), /^\["node", "server\/src\/main\.ts"\]$/)
  // Nothing is installed, fetched or built in the stage that is shipped.
  assert.doesNotMatch(of('RUN').join(), /\b(apt|apt-get|npm|npx|curl|wget|gcc|make|python3?)\b/)
  assert.deepEqual(of('ADD'), [])
})

const isPackage = (name: string): boolean => existsSync(join(ROOT, 'node_modules', name))

test('Node.js is the one of the lockfile, and the packages are exactly those', () => {
  const [packages = []] = stages
  const runs = packages.filter((one) => one.word === 'RUN').map((one) => one.rest)
  assert.deepEqual(runs, ['npm ci --omit=dev --omit=optional --no-audit --no-fund'])
  assert.match(of('ENV').join(), /PATH=\/coffer\/node_modules\/node\/bin:/)
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readText('package.json')))
  assert.match(dependencies['node'] ?? '', /^\d+\.\d+\.\d+$/)
  const bare = product
    .flatMap((file) => file.imports.filter((one) => !one.ours && !one.typeOnly))
    .map((one) => one.target)
    .filter((target) => !target.startsWith('node:') && !target.startsWith('.'))
    .map((target) =>
      target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/'),
    )
  assert.deepEqual(
    [...new Set(bare)].filter((name) => isPackage(name) && dependencies[name] === undefined),
    [],
  )
})

test('no secret and no test gets into the image', async () => {
  const isOut = await ignored()
  for (const path of ['secrets/master_key', '.coffer/master.key', '.git/config', '.env']) {
    assert.ok(isOut(path), path)
  }
  for (const path of ['server/test/cluster.ts', 'server/src/api/api.test.ts']) {
    assert.ok(isOut(path), path)
  }
  assert.ok(!isOut('server/src/main.ts') && !isOut('server/migrations/0001-tenancy.sql'))
  const env = of('ENV').join(' ')
  for (const { env: name, secret } of declared) {
    if (secret) assert.doesNotMatch(env, new RegExp(`\\b${name}=`))
  }
})

const Service = z.looseObject({
  image: z.string(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()).optional(),
  network_mode: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  privileged: z.literal(false).optional(),
})
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith('./secrets/') })),
  volumes: z.record(z.string(), z.unknown()),
  networks: z.record(z.string(), z.unknown()),
})
const compose = Compose.parse(
  parse(await readFile(join(ROOT, 'compose.yaml'), 'utf8'), { merge: true }),
)
const { database, signer, api, worker } = compose.services

/** Seen to fail with a signer on the network `inside`, and with its keystore given to the api. */
test('the signer has no network, and nobody but the signer has its keystore', () => {
  assert.ok(signer && api && worker && database)
  assert.equal(signer.network_mode, 'none')
  assert.equal(signer.networks, undefined)
  assert.deepEqual(signer.ports, [])
  assert.deepEqual(signer.secrets, ['signer_key'])
  for (const other of [api, worker, database]) {
    assert.ok(!other.volumes.some((one) => one.startsWith('keystore:')))
    assert.ok(!other.secrets.includes('signer_key'))
  }
  const place = signer.environment['COFFER_SIGNER_SOCKET_DIRECTORY']
  for (const one of [signer, api, worker]) {
    assert.equal(one.environment['COFFER_SIGNER_SOCKET_DIRECTORY'], place)
    assert.ok(one.volumes.includes(`socket:${place}`))
  }
})

test('services of Coffer are closed in, reach no port of the host but one, and know their files', () => {
  assert.ok(signer && api && worker && database)
  for (const one of [signer, api, worker]) {
    assert.ok(one.read_only)
    assert.deepEqual(one.cap_drop, ['ALL'])
    assert.ok(one.security_opt.includes('no-new-privileges:true'))
  }
  assert.deepEqual(api.ports, ['127.0.0.1:4000:4000'])
  assert.deepEqual([...worker.ports, ...database.ports], [])
  assert.match(database.image, /^postgres:\d+\.\d+-[a-z]+$/)
  for (const service of Object.values(compose.services)) {
    for (const one of service.secrets) assert.ok(compose.secrets[one], one)
    for (const one of service.networks ?? []) assert.ok(one in compose.networks, one)
    for (const one of service.volumes.filter((volume) => !volume.startsWith('.'))) {
      assert.ok((one.split(':')[0] ?? '') in compose.volumes, one)
    }
  }
})

test('what compose sets are settings that there are, and secrets come from files', () => {
  assert.ok(signer && api && worker)
  const names = new Map(declared.map((one) => [one.env, one]))
  for (const { environment, secrets } of [signer, api, worker]) {
    for (const [name, value] of Object.entries(environment)) {
      const plain = names.get(name)
      const file = names.get(name.replace(/_FILE$/, ''))
      assert.ok(plain ?? file, `${name} is no setting`)
      if (plain?.secret === true && !name.endsWith('_FILE')) assert.fail(`${name} in the clear`)
      const [, secret] = /^\/run\/secrets\/(\w+)$/.exec(value) ?? []
      if (secret !== undefined) assert.ok(secrets.includes(secret), secret)
    }
  }
})
