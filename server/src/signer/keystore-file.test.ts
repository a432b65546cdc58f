import assert from 'node:assert/strict'
import { open, readFile, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startSigner, testDataDirectory, tryStartSigner } from '../../test/signer.ts'
import { isError } from '../errors/app-error.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import { keyWrapper, passphraseWrapper, type KeyWrapper } from './key-wrapper.ts'

const places = { keystore: 'keystore.json', key: 'signer.key' }
const entropy = new Uint8Array(32).fill(5)
const passphrase = (text: string): KeyWrapper => passphraseWrapper(Buffer.from(text))

/** Starts a signer with a secret on a descriptor; says its seed or the code of its refusal. */
async function startWith(data: string, name: string, secret: string): Promise<string> {
  const file = join(data, 'secret')
  await writeFile(file, secret, { mode: 0o600 })
  await using handle = await open(file)
  const start = await tryStartSigner(data, { [name]: String(handle.fd) })
  if (start.kind === 'refused') return start.code
  await start.signer[Symbol.asyncDispose]()
  return start.signer.fingerprint
}

test('a keystore opens with the key or passphrase that wrapped it, and with no other', async () => {
  const wrappers = [keyWrapper(new Uint8Array(32).fill(1)), passphrase('correct horse battery')]
  const others = [keyWrapper(new Uint8Array(32).fill(2)), passphrase('correct horse batterY')]
  const codes = ['signer.key_differs', 'signer.passphrase_differs'] as const
  for (const [kind, wrapper] of wrappers.entries()) {
    const text = await sealEnvelope(entropy, wrapper)
    assert.deepEqual(new Uint8Array(await openEnvelope(text, wrapper, places)), entropy)
    assert.ok(!text.includes('0505050505'))
    for (const [nth, other] of others.entries()) {
      const code = nth === kind ? codes[kind] : 'signer.key_of_another_kind'
      await assert.rejects(
        openEnvelope(text, other, places),
        (error) => code !== undefined && isError(error, code),
      )
    }
  }
})

/** Would catch: the tag of the wrapped key not checked. */
test('a keystore in which a digit was changed does not open', async () => {
  const wrapper = keyWrapper(new Uint8Array(32).fill(1))
  const text = await sealEnvelope(entropy, wrapper)
  const places64 = [...text.matchAll(/[0-9a-f](?=[0-9a-f]*")/g)].map((match) => match.index)
  const digits = places64.filter((index) => text.slice(0, index).includes('"salt": "'))
  for (const index of digits) {
    const changed = text[index] === '0' ? '1' : '0'
    const broken = text.slice(0, index) + changed + text.slice(index + 1)
    await assert.rejects(openEnvelope(broken, wrapper, places), /signer\.key|damaged|not the one/)
  }
})

/** Planted fault: the passphrase taken with its newline. */
test('a passphrase or a key comes over a descriptor, which the starter never reads', async () => {
  await using data = await testDataDirectory()
  const name = 'COFFER_SIGNER_PASSPHRASE_FD'
  const first = await startWith(data.path, name, 'a long enough passphrase\n')
  assert.match(first, /^[0-9a-f]{8}$/)
  assert.equal(await startWith(data.path, name, 'a long enough passphrase'), first)
  assert.equal(await startWith(data.path, name, 'another passphrase'), 'signer.passphrase_differs')
  assert.equal(await startWith(data.path, name, 'short'), 'signer.passphrase_too_short')
  const key = '22'.repeat(32)
  const other = await startWith(data.path, 'COFFER_SIGNER_KEY_FD', key)
  assert.equal(other, 'signer.key_of_another_kind')
  await using byKey = await testDataDirectory()
  const seed = await startWith(byKey.path, 'COFFER_SIGNER_KEY_FD', key)
  assert.equal(await startWith(byKey.path, 'COFFER_SIGNER_KEY_FD', key), seed)
  const keystore = await readFile(join(byKey.path, 'signer', 'keystore.json'), 'utf8')
  assert.ok(!keystore.includes(key))
})

const onLinux = { skip: process.platform === 'linux' ? false : 'reads /proc' }

/** Planted fault: no `ulimit` before the signer is executed. */
test('the signer leaves no core file, and no debugger gets in by a signal', onLinux, async () => {
  await using data = await testDataDirectory()
  await using signer = await startSigner(data.path, { COFFER_SIGNER_KEY: '33'.repeat(32) })
  const limits = readFileSync(`/proc/${signer.pid}/limits`, 'utf8')
  assert.match(limits, /Max core file size +0 +0/)
  const commandLine = readFileSync(`/proc/${signer.pid}/cmdline`, 'utf8')
  assert.ok(commandLine.includes('--disable-sigusr1'))
  assert.ok(!commandLine.includes('3333'))
})
