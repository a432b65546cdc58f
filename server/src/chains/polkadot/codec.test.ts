import assert from 'node:assert/strict'
import { test } from 'node:test'
import { u8aToHex } from '@polkadot/util'
import { ed25519PairFromSeed, signatureVerify, sr25519PairFromSeed } from '@polkadot/util-crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { getPublicKey, secretFromSeed } from '@scure/sr25519'
import fc from 'fast-check'
import { readExtrinsic } from '../../../../upstreams/polkadot/extrinsic.ts'
import { accountOf, registry, VERSION } from '../../../../upstreams/polkadot/runtime.ts'
import { DOT, POLKADOT } from '../../../test/polkadot-world.ts'
import { isError } from '../../errors/app-error.ts'
import { polkadotAddressOf } from './address.ts'
import { networkFor, polkadotCodec } from './codec.ts'
import { compact, NotScale, scaleReader } from './scale.ts'
import { extrinsicIn, writeUnsigned, type PolkadotTransfer } from './transaction.ts'

// What this codec says of a transfer against what Polkadot's own library says.

const network = networkFor(POLKADOT)
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const anyTransfer = fc.record({
  seed: bytes32,
  to: bytes32,
  eraBlock: bytes32,
  call: fc.constantFrom('transfer_keep_alive' as const, 'transfer_allow_death' as const),
  amount: fc.bigInt({ min: 1n, max: 2n ** 128n - 1n }),
  nonce: fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
  tip: fc.bigInt({ min: 0n, max: 2n ** 100n }),
  phase: fc.nat(63),
  empties: fc.boolean(),
})
type Drawn = typeof anyTransfer extends fc.Arbitrary<infer Value> ? Value : never

const transferOf = (drawn: Drawn, account: Uint8Array): PolkadotTransfer => ({
  account,
  call: drawn.empties ? 'transfer_all' : drawn.call,
  to: drawn.to,
  amount: drawn.empties ? 'all' : drawn.amount,
  era: { period: 64, phase: drawn.phase },
  nonce: drawn.nonce,
  tip: drawn.tip,
  specVersion: VERSION.specVersion,
  transactionVersion: VERSION.transactionVersion,
  eraBlock: drawn.eraBlock,
})

/**
 * Seen to fail with tip and nonce exchanged, with the era's phase in the wrong bits, and with the
 * genesis left out of what is signed.
 */
test('what is signed here is read and verified by Polkadot’s own library', () => {
  fc.assert(
    fc.property(anyTransfer, fc.boolean(), (drawn, isSr25519) => {
      const secret = isSr25519 ? secretFromSeed(drawn.seed) : drawn.seed
      const account = isSr25519 ? getPublicKey(secret) : ed25519.getPublicKey(secret)
      const address = polkadotAddressOf(account)
      const unsigned = writeUnsigned(network, transferOf(drawn, account))
      const effects = polkadotCodec.explain(POLKADOT, unsigned)
      const to = polkadotAddressOf(drawn.to)
      assert.deepEqual(effects.moves, [
        { from: address, to, asset: DOT, units: drawn.empties ? 'all' : drawn.amount },
      ])
      assert.deepEqual(effects.besides, [])
      assert.equal(effects.feeMax, network.transferFeeMax + drawn.tip)
      const signed = polkadotCodec.sign(POLKADOT, unsigned, [{ address, privateKey: secret }])
      const read = readExtrinsic(u8aToHex(extrinsicIn(signed.bytes)))
      assert.ok(read !== undefined)
      assert.ok(read.verifies(u8aToHex(drawn.eraBlock)))
      assert.ok(!read.verifies(u8aToHex(drawn.to)))
      const { hash, sender, nonce, tip, period, phase, wanted } = read
      const amount = drawn.empties ? 'all' : drawn.amount
      const keepAlive = !drawn.empties && drawn.call === 'transfer_keep_alive'
      assert.deepEqual(
        { hash, sender, nonce, tip, period, phase, wanted },
        {
          hash: signed.txHash,
          sender: accountOf(address),
          nonce: drawn.nonce,
          tip: drawn.tip,
          period: 64,
          phase: drawn.phase,
          wanted: [{ to: u8aToHex(drawn.to), amount, keepAlive }],
        },
      )
      const explained = polkadotCodec.explainSigned(POLKADOT, signed.bytes)
      assert.deepEqual(explained, { txHash: signed.txHash, effects })
    }),
    { numRuns: 60 },
  )
})

test('keys are those of Polkadot’s own library, and signing again gives the same bytes', () => {
  fc.assert(
    fc.property(anyTransfer, fc.boolean(), (drawn, isSr25519) => {
      const pair = (isSr25519 ? sr25519PairFromSeed : ed25519PairFromSeed)(drawn.seed)
      const address = polkadotAddressOf(pair.publicKey)
      const unsigned = writeUnsigned(network, transferOf(drawn, pair.publicKey))
      const key = { address, privateKey: drawn.seed }
      const [one, other] = [1, 2].map(() => polkadotCodec.sign(POLKADOT, unsigned, [key]))
      assert.deepEqual(one, other)
      const message = unsigned.subarray(32)
      const at = 4 + 32
      const signature = Buffer.from(one?.bytes ?? []).subarray(at + compactOf(one?.bytes))
      const { isValid } = signatureVerify(message, signature.subarray(0, 64), pair.publicKey)
      assert.ok(isValid)
    }),
    { numRuns: 20 },
  )
})

/** How much longer than one byte the length of an extrinsic is written. */
const compactOf = (bytes: Uint8Array | undefined): number => (1 << ((bytes?.[0] ?? 0) & 3)) - 1

const isNotReadable = (error: unknown): boolean => isError(error, 'chain.transaction_not_readable')

const fixed: Drawn = {
  seed: new Uint8Array(32).fill(7),
  to: new Uint8Array(32).fill(9),
  eraBlock: new Uint8Array(32).fill(5),
  call: 'transfer_keep_alive',
  amount: 12_345_678_901n,
  nonce: 3n,
  tip: 0n,
  phase: 17,
  empties: false,
}
const secret = secretFromSeed(fixed.seed)
const account = getPublicKey(secret)

/** Seen to fail with compact numbers taken in any of their longer forms. */
test('calls that are no transfer, and forms that nobody needs, are refused', () => {
  const good = writeUnsigned(network, transferOf(fixed, account))
  const changed = (place: number, ...values: readonly number[]): Uint8Array =>
    Uint8Array.from([
      ...good.subarray(0, place),
      ...values,
      ...good.subarray(place + values.length),
    ])
  const call = 32
  const extra = good.length - 73 - 6
  const wrong: Readonly<Record<string, Uint8Array>> = {
    force_transfer: changed(call + 1, 2),
    'another pallet': changed(call, 11),
    'a recipient by index': changed(call + 2, 1),
    'an amount in a longer form': Uint8Array.from([
      ...good.subarray(0, call + 35),
      ...[0x0b, 0x35, 0x1c, 0xdc, 0xdf, 0x02, 0x00],
      ...good.subarray(call + 35 + 6),
    ]),
    'valid for ever': Uint8Array.from([...good.subarray(0, extra), 0, ...good.subarray(extra + 2)]),
    'a fee in another asset': changed(extra + 4, 1),
    'a hash of metadata': changed(extra + 5, 1),
    'another genesis': changed(good.length - 33 - 32, 0),
    'a hash of metadata in what is signed': changed(good.length - 1, 1),
  }
  assert.doesNotThrow(() => polkadotCodec.explain(POLKADOT, good))
  for (const [what, bytes] of Object.entries(wrong)) {
    assert.throws(() => polkadotCodec.explain(POLKADOT, bytes), isNotReadable, what)
  }
})

test('a runtime of whose calls nothing is known is told, so that nobody signs for it', () => {
  const next = { ...transferOf(fixed, account), transactionVersion: 16 }
  const { besides } = polkadotCodec.explain(POLKADOT, writeUnsigned(network, next))
  assert.deepEqual(besides, ['what its calls mean is not known for transaction version 16'])
})

test('signed bytes whose versions or era were exchanged do not verify', () => {
  const address = polkadotAddressOf(account)
  const unsigned = writeUnsigned(network, transferOf(fixed, account))
  const { bytes } = polkadotCodec.sign(POLKADOT, unsigned, [{ address, privateKey: secret }])
  for (let back = 2; back <= 73; back += 1) {
    const place = bytes.length - back
    const changed = bytes.map((byte, at) => (at === place ? byte ^ 1 : byte))
    assert.throws(() => polkadotCodec.explainSigned(POLKADOT, changed), isNotReadable)
  }
  const stranger = { address, privateKey: secretFromSeed(new Uint8Array(32).fill(8)) }
  assert.throws(() => polkadotCodec.sign(POLKADOT, unsigned, [stranger]), isNotReadable)
})

test('compact numbers are written as the library writes them, and read in that form alone', () => {
  const any = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    fc.constantFrom(0n, 63n, 64n, 16_383n, 16_384n, 2n ** 30n - 1n, 2n ** 30n, 2n ** 128n - 1n),
  )
  fc.assert(
    fc.property(any, (value) => {
      const written = compact(value)
      const theirs = registry.createType('Compact<u128>', value).toU8a()
      assert.equal(u8aToHex(written), u8aToHex(theirs))
      assert.equal(scaleReader(written).compact(), value)
    }),
  )
  for (const long of [
    [0x01, 0x00],
    [0x02, 0, 0, 0],
    [0x03, 1, 0, 0, 0],
    [0xff, 0],
  ]) {
    assert.throws(() => scaleReader(Uint8Array.from(long)).compact(), NotScale)
  }
})
