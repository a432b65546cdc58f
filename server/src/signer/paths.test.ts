import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { signerPaths } from './paths.ts'

const directory = fc
  .array(fc.stringMatching(/^[a-zé]{1,40}$/), { minLength: 1, maxLength: 12 })
  .map((parts) => `/${parts.join('/')}`)

/** Planted fault: the limit counted in characters instead of bytes. */
test('the socket always has a path that a socket may have, and the same one for every reader', () => {
  fc.assert(
    fc.property(directory, directory, (data, temporary) => {
      const { socket } = signerPaths(data, temporary)
      assert.ok(Buffer.byteLength(`${socket}.4194304`) <= 107)
      assert.equal(socket, signerPaths(data, temporary).socket)
    }),
  )
})

test('the socket lies beside the keystore where that path is short enough', () => {
  const paths = signerPaths('/var/lib/coffer', '/tmp')
  assert.equal(paths.socket, '/var/lib/coffer/signer/signer.sock')
  assert.equal(paths.socketDirectory, paths.directory)
})

test('two data directories with long paths do not share a socket', () => {
  const long = `/${'a'.repeat(120)}`
  assert.notEqual(signerPaths(`${long}/1`, '/tmp').socket, signerPaths(`${long}/2`, '/tmp').socket)
})
