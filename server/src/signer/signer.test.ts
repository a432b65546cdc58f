import assert from 'node:assert/strict'
import { once } from 'node:events'
import { access, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { startSigner, testDataDirectory, tryStartSigner } from '../../test/signer.ts'
import { signerCommand } from './command.ts'
import { signerPaths } from './paths.ts'
import { FRAME_BYTES_MAX } from './serve.action.ts'

const KEY = '11'.repeat(32)

/** Sends lines and gathers as many replies, or fewer when the signer hangs up. */
async function ask(path: string, ...lines: readonly string[]): Promise<readonly object[]> {
  const socket = connect(path)
  const replies: object[] = []
  const reader = createInterface(socket)
  reader.on('line', (line) => {
    replies.push(JSON.parse(line))
    if (replies.length === lines.length) socket.end()
  })
  socket.write(lines.map((line) => `${line}\n`).join(''))
  await once(socket, 'close')
  return replies
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8)

/** The code with which a start is refused; a signer that starts after all is stopped. */
async function refusalOf(path: string): Promise<string> {
  const start = await tryStartSigner(path)
  if (start.kind === 'refused') return start.code
  await start.signer[Symbol.asyncDispose]()
  return 'it started'
}

/** Planted fault: the entropy drawn anew at every start. */
test('the second start gives the same keys, and all files are closed to others', async () => {
  await using data = await testDataDirectory()
  const xpub = '{"op":"xpub","family":"bip122","account":7}'
  const first = await startSigner(data.path)
  const before = await ask(first.socket, xpub)
  const directory = join(data.path, 'signer')
  assert.equal(await modeOf(directory), '700')
  for (const file of ['keystore.json', 'log.jsonl', 'signer.key', 'signer.sock'])
    assert.equal(await modeOf(join(directory, file)), '600', file)
  await first[Symbol.asyncDispose]()
  assert.equal(await isThere(first.socket), false)
  await using second = await startSigner(data.path)
  assert.deepEqual(await ask(second.socket, xpub), before)
  assert.equal(second.fingerprint, first.fingerprint)
})

test('the signer answers hello and xpub, and refuses all else without hanging up', async () => {
  await using data = await testDataDirectory()
  await using signer = await startSigner(data.path)
  const replies = await ask(
    signer.socket,
    '{"op":"hello"}',
    '{"op":"sign","bytes":"00"}',
    '{"op":"xprv","family":"tron","account":0}',
    '{"op":"xpub","family":"dogecoin","account":0}',
    '{"op":"xpub","family":"tron","account":2147483648}',
    '{"op":"xpub","family":"tron","account":0,"private":true}',
    '{"op":"__proto__"}',
    '[]',
    'no json',
    '{"op":"hello"}',
  )
  const hello = { ok: true, version: 1, fingerprint: signer.fingerprint }
  for (const reply of [replies[0], replies.at(-1)]) assert.partialDeepStrictEqual(reply, hello)
  const codes = replies.slice(1, -1).map((reply) => 'code' in reply && reply.code)
  const unreadable = 'signer.request_not_readable'
  const unknown = 'signer.operation_not_known'
  assert.deepEqual(codes, [
    unreadable,
    unknown,
    unreadable,
    unreadable,
    unreadable,
    unknown,
    unreadable,
    unreadable,
  ])
})

/** Planted fault: no check of the length before the newline comes. */
test('a request without an end is cut off at its bound', async () => {
  await using data = await testDataDirectory()
  await using signer = await startSigner(data.path)
  const socket = connect(signer.socket)
  const closed = once(socket, 'close')
  const line = once(createInterface(socket), 'line')
  socket.on('error', () => undefined)
  socket.write('x'.repeat(FRAME_BYTES_MAX + 1))
  const [text] = await Promise.race([line, closed])
  assert.equal(JSON.parse(String(text)).code, 'signer.frame_too_long')
  await closed
})

test('a wrong key is refused, changes nothing, and is not repeated', async () => {
  await using data = await testDataDirectory()
  const first = await startSigner(data.path, { COFFER_SIGNER_KEY: KEY })
  await first[Symbol.asyncDispose]()
  const keystore = join(data.path, 'signer', 'keystore.json')
  const sealed = await readFile(keystore, 'utf8')
  const wrong = '22'.repeat(32)
  const refused = await tryStartSigner(data.path, { COFFER_SIGNER_KEY: wrong })
  assert.ok(refused.kind === 'refused')
  assert.equal(refused.code, 'signer.key_differs')
  assert.equal(refused.exitCode, 1)
  assert.ok(!refused.message.includes(wrong))
  assert.equal(await readFile(keystore, 'utf8'), sealed)
  assert.equal(await isThere(join(data.path, 'signer', 'signer.key')), false)
})

/** Planted fault: a key is drawn whenever the file is not there. */
test('a keystore whose key file is lost is never given a new key', async () => {
  await using data = await testDataDirectory()
  const first = await startSigner(data.path)
  await first[Symbol.asyncDispose]()
  await rm(join(data.path, 'signer', 'signer.key'))
  assert.equal(await refusalOf(data.path), 'signer.key_missing')
  assert.equal(await isThere(join(data.path, 'signer', 'signer.key')), false)
})

test('the key may lie in a file elsewhere', async () => {
  await using data = await testDataDirectory()
  await using other = await testDataDirectory()
  const file = join(other.path, 'key')
  await writeFile(file, KEY, { mode: 0o600 })
  const first = await startSigner(data.path, { COFFER_SIGNER_KEY_FILE: file })
  await first[Symbol.asyncDispose]()
  assert.equal(await isThere(join(data.path, 'signer', 'signer.key')), false)
  await using second = await startSigner(data.path, { COFFER_SIGNER_KEY: KEY })
  assert.equal(second.fingerprint, first.fingerprint)
})

/** Planted fault: nothing stale is ever taken away. */
test('the socket that a killed signer left is replaced', async () => {
  await using data = await testDataDirectory()
  const first = await startSigner(data.path)
  first.child.kill('SIGKILL')
  await once(first.child, 'close')
  assert.equal(await isThere(first.socket), true)
  await using second = await startSigner(data.path)
  assert.equal((await ask(second.socket, '{"op":"hello"}')).length, 1)
})

test('a second signer does not take the socket of a living one', async () => {
  await using data = await testDataDirectory()
  await using first = await startSigner(data.path)
  assert.equal(await refusalOf(data.path), 'signer.already_running')
  assert.equal((await ask(first.socket, '{"op":"hello"}')).length, 1)
})

/** Planted fault: the end of the input is not listened to. */
test('the signer ends when its starter does, and takes its socket along', async () => {
  await using data = await testDataDirectory()
  await using signer = await startSigner(data.path)
  signer.child.stdin?.end()
  const [code] = await once(signer.child, 'close', { signal: AbortSignal.timeout(20_000) })
  assert.equal(code, 0)
  assert.equal(await isThere(signer.socket), false)
})

/** Planted fault: the path is removed before it is taken, whoever answers there by now. */
test('of several first starts at once one runs, and all agree on one seed', async () => {
  await using data = await testDataDirectory()
  const paths = signerPaths(data.path)
  for (let rounds = 0; rounds < 3; rounds += 1) {
    const starts = await Promise.all([1, 2, 3, 4].map(() => tryStartSigner(data.path)))
    const running = starts.flatMap((start) => (start.kind === 'ready' ? [start.signer] : []))
    const codes = starts.flatMap((start) => (start.kind === 'refused' ? [start.code] : []))
    const [winner] = running
    const answers = winner === undefined ? [] : await ask(winner.socket, '{"op":"hello"}')
    for (const signer of running) await signer[Symbol.asyncDispose]()
    assert.equal(running.length, 1)
    assert.deepEqual(
      codes,
      Array.from({ length: 3 }, () => 'signer.already_running'),
    )
    assert.equal(answers.length, 1)
    assert.deepEqual(await readdir(paths.socketDirectory), [
      'keystore.json',
      'log.jsonl',
      'signer.key',
    ])
  }
})

/** Planted fault: `stat` in place of `lstat`, which follows the link. */
test('a directory that another could have put there is not used', async () => {
  await using data = await testDataDirectory()
  await using other = await testDataDirectory()
  const directory = join(data.path, 'signer')
  await symlink(other.path, directory)
  assert.equal(await refusalOf(data.path), 'signer.directory_unsafe')
  await rm(directory)
  await writeFile(directory, '')
  assert.equal(await refusalOf(data.path), 'signer.directory_unsafe')
})

test('the command holds no secret, and the process gets no variable of its starter', () => {
  const { args, env } = signerCommand({
    dataDirectory: '/data',
    env: { COFFER_SIGNER_KEY: KEY, COFFER_MASTER_KEY: 'm', DATABASE_URL: 'd', PATH: 'p' },
  })
  assert.ok(!args.join(' ').includes(KEY))
  assert.deepEqual(env, { COFFER_SIGNER_KEY: KEY })
  assert.ok(args.includes('--permission'))
  assert.ok(!args.some((arg) => arg === '--allow-fs-read=/*' || arg.includes('allow-child')))
})
