import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { startSigner, testDataDirectory } from '../../test/signer.ts'
import { isError } from '../errors/app-error.ts'
import { receivingKey } from './derivation.ts'
import { keyFamilies, signerClient } from './signer.client.ts'

/** Something in the signer's place that does what it is told with every connection. */
async function impostor(path: string, behave: (socket: Socket) => void): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    behave(socket)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('the signer gives every family that custody derives for an account key it can read', async () => {
  await using data = await testDataDirectory()
  await using signer = await startSigner(data.path)
  const client = signerClient(signer.socket)
  assert.equal((await client.hello()).fingerprint, signer.fingerprint)
  for (const family of keyFamilies) {
    const { xpub, path, fingerprint } = await client.xpub(family, 9)
    assert.equal(receivingKey(xpub).publicKey.length, 33)
    assert.match(path, /^m\/(44|84|86)'\/\d+'\/9'$/)
    assert.equal(fingerprint, signer.fingerprint)
  }
})

/** Planted fault: no deadline, no bound on the answer. */
test('silence, chatter, half answers and nonsense are all no answer, and told in time', async () => {
  await using data = await testDataDirectory()
  const path = join(data.path, 'socket')
  const xprv = `xprv${'9'.repeat(107)}`
  const kinds: readonly ((socket: Socket) => void)[] = [
    () => undefined,
    (socket) => socket.write('x'.repeat(200_000)),
    (socket) => socket.end('{"ok":true'),
    (socket) => socket.end('nonsense\n'),
    (socket) => socket.end('{"ok":true,"path":"m","fingerprint":"00"}\n'),
    (socket) => socket.end(`{"ok":true,"path":"m","fingerprint":"00000000","xpub":"${xprv}"}\n`),
    (socket) => socket.destroy(),
  ]
  for (const behave of kinds) {
    await using _ = await impostor(path, behave)
    await assert.rejects(
      signerClient(path, 200).xpub('eip155', 0),
      (error) => isError(error, 'signer.no_answer') && !error.message.includes(xprv),
    )
  }
})

test('what the signer refuses is told with its own reason', async () => {
  await using data = await testDataDirectory()
  await using signer = await startSigner(data.path)
  await assert.rejects(
    signerClient(signer.socket).xpub('eip155', -1),
    (error) =>
      isError(error, 'signer.refused') && error.context.code === 'signer.request_not_readable',
  )
})
