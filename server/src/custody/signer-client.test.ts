import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { startSigner, testDataDirectory } from '../../test/signer.ts'
import { polkadotAddressOf } from '../chains/polkadot/address.ts'
import { addressOf } from '../chains/simulated/address.ts'
import { simulatedCodec, writeSpend } from '../chains/simulated/codec.ts'
import { isError } from '../errors/app-error.ts'
import { resolveNetwork } from '../money/alias.ts'
import { units } from '../money/units.ts'
import { childPublicKey, receivingKey } from './derivation.ts'
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

test('the signer makes addresses ahead, and signs for a sandbox what an intent says', async () => {
  await using data = await testDataDirectory()
  await using signer = await startSigner(data.path)
  const client = signerClient(signer.socket)
  const pool = await client.addresses('polkadot', { account: 2, from: 5, count: 3 })
  assert.deepEqual(
    pool.map(({ path }) => path),
    ['//2//5', '//2//6', '//2//7'],
  )
  for (const { address, publicKey } of pool) assert.equal(address, polkadotAddressOf(publicKey))
  const { chain, native } = resolveNetwork('Stacks')
  const { path, xpub } = await client.xpub('stacks', 2)
  const from = addressOf('stacks', childPublicKey(receivingKey(xpub), 0))
  const to = addressOf('stacks', childPublicKey(receivingKey(xpub), 1))
  const transfer = { from, to, asset: native, units: units(5n) }
  const senders = [{ address: from, nonce: 0 }]
  const unsigned = writeSpend({ chain, senders, fee: units(1n), transfers: [transfer] })
  const keys = [{ path: `${path}/0/0`, address: from }]
  const payments = [{ to, asset: native, units: units(5n) }]
  const intent = { id: 'po_1', kind: 'payout', chain, simulated: true, keys, payments }
  const signed = await client.sign({ intent: { ...intent, feeMax: units(1n) }, unsigned })
  assert.equal(simulatedCodec.explainSigned(chain, signed.bytes).txHash, signed.txHash)
  assert.equal(signed.log.line, 3)
  await assert.rejects(
    client.sign({ intent: { ...intent, feeMax: units(0n) }, unsigned }),
    (error) => isError(error, 'signer.refused') && error.context.code === 'signer.intent_differs',
  )
})

/** Planted fault: no deadline, no bound on the answer. */
test('silence, chatter, half answers and nonsense are all no answer, and told in time', async () => {
  await using data = await testDataDirectory()
  const path = join(data.path, 'socket')
  const xprv = `xprv${'9'.repeat(107)}`
  const kinds: readonly ((socket: Socket) => void)[] = [
    () => undefined,
    (socket) => socket.write('x'.repeat(5_000_000)),
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
