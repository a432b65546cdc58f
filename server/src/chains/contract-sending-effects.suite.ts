import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import { units } from '../money/units.ts'
import {
  assertDoes,
  asTexts,
  requestOf,
  richKey,
  signedFor,
  somePayment,
} from './contract-sending-play.suite.ts'
import type { SendingWorld, SendingWorldMaker, WorldKey } from './contract-sending-world.suite.ts'
import type { Payment, SendRequest, TxEffects } from './contract-sending.ts'

const FLIPS_PER_TRANSACTION = 300

/** What may be believed of bytes: the signer knows nothing else of a transaction. */
export function effectTests({ make, propertyRuns }: SendingWorldMaker): void {
  /** Seen to fail with effects that are a unit off. */
  test('what is built for a request does what it asks for and nothing else', async () => {
    await using world = await make()
    const key = await richKey(world, world.assets)
    await fc.assert(
      fc.asyncProperty(anyDraft(world), async (draft) => {
        const request = requestOfDraft(world, key, draft)
        const { bytes, effects } = await world.sender.build(request)
        assertDoes(effects, request)
        assert.deepEqual(world.codec.explain(world.adapter.chain, bytes), effects)
      }),
      { numRuns: propertyRuns },
    )
  })

  test('what another library reads from built bytes is what was asked for', async (t) => {
    await using world = await make()
    const { readByOthers } = world
    if (readByOthers === undefined) return t.skip('no other library reads these bytes')
    const key = await richKey(world, world.assets)
    await fc.assert(
      fc.asyncProperty(anyDraft(world), async (draft) => {
        const request = requestOfDraft(world, key, draft)
        const { bytes } = await world.sender.build(request)
        const read = readByOthers(bytes)
        assert.ok(read !== undefined, 'the library refuses what we build')
        assert.deepEqual(paidToOthers(read, key), asTexts(request.payments))
      }),
      { numRuns: propertyRuns },
    )
  })

  /**
   * The differential: wherever the codec believes flipped bytes to be a plain payment, the other
   * library must read the same payment from them. Seen to fail with an amount read without its
   * highest bytes, and with an account's number that the other library could not read.
   */
  test('a flipped bit is refused, or shows in what the bytes are said to do', async () => {
    await using world = await make()
    for (const asset of world.assets) {
      const key = await richKey(world, [asset])
      const request = requestOf(world, key, [somePayment(world, asset)])
      const { bytes } = await world.sender.build(request)
      fc.assert(
        fc.property(anyFlip(bytes), (flipped) => assertHonest(world, key, flipped)),
        { numRuns: FLIPS_PER_TRANSACTION },
      )
    }
  })

  test('a flipped bit in a signed transaction is refused, or makes it another one', async () => {
    await using world = await make()
    const { codec, adapter } = world
    for (const asset of world.assets) {
      const key = await richKey(world, [asset])
      const request = requestOf(world, key, [somePayment(world, asset)])
      const signed = await signedFor(world, [key], request)
      fc.assert(
        fc.property(anyFlip(signed.bytes), (flipped) => {
          const read = readable(() => codec.explainSigned(adapter.chain, flipped))
          if (read === undefined) return
          assert.notDeepEqual(read.effects, signed.effects)
          assert.notEqual(read.txHash, signed.txHash)
        }),
        { numRuns: FLIPS_PER_TRANSACTION },
      )
    }
  })

  /** Seen to fail where what stands behind the end was not looked at. */
  test('bytes that are cut short, or go on behind their end, are refused', async () => {
    await using world = await make()
    const { codec, adapter } = world
    const key = await richKey(world)
    const request = requestOf(world, key, [somePayment(world)])
    const { bytes } = await world.sender.build(request)
    const signed = await signedFor(world, [key], request)
    for (const wrong of wrongLengths(bytes)) {
      assert.equal(
        readable(() => codec.explain(adapter.chain, wrong)),
        undefined,
      )
      assertNotSigned(world, wrong, key)
    }
    for (const wrong of wrongLengths(signed.bytes)) {
      assert.equal(
        readable(() => codec.explainSigned(adapter.chain, wrong)),
        undefined,
      )
    }
  })
}

type Draft = Readonly<{
  asset: number
  extra: readonly [bigint, ...bigint[]]
  speed: SendRequest['speed']
}>

const anyDraft = (world: SendingWorld): fc.Arbitrary<Draft> =>
  fc.record({
    asset: fc.nat(world.assets.length - 1),
    extra: fc
      .tuple(anyExtra(world), fc.array(anyExtra(world), { maxLength: world.paymentsMax - 1 }))
      .map(([first, more]): Draft['extra'] => [first, ...more.slice(0, 3)]),
    speed: fc.constantFrom('slow', 'normal', 'fast'),
  })

/** What a payment is above the least: often nothing, often a little, at most a hundredth of all. */
const anyExtra = ({ plenty }: SendingWorld): fc.Arbitrary<bigint> =>
  fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: plenty / 100n }))

function requestOfDraft(world: SendingWorld, key: WorldKey, draft: Draft): SendRequest {
  const asset = world.assets[draft.asset] ?? world.assets[0]
  const payment = (extra: bigint): Payment => ({
    to: world.newAddress(),
    asset,
    units: units(world.unitsMin(asset) + extra),
  })
  const [first, ...more] = draft.extra
  const request = requestOf(world, key, [payment(first), ...more.map(payment)])
  return { ...request, speed: draft.speed }
}

/** The same bytes with one bit, or one whole byte, changed. */
const anyFlip = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .record({ place: fc.nat(bytes.length - 1), change: anyChange })
    .map(({ place, change }) => bytes.map((byte, at) => (at === place ? byte ^ change : byte)))

const anyChange = fc.oneof(
  fc.nat(7).map((bit) => 1 << bit),
  fc.integer({ min: 1, max: 255 }),
)

const wrongLengths = (bytes: Uint8Array): readonly Uint8Array[] => [
  new Uint8Array(),
  bytes.subarray(0, 1),
  bytes.subarray(0, bytes.length >> 1),
  bytes.subarray(0, -1),
  Uint8Array.from([...bytes, 0]),
  Uint8Array.from([...bytes, ...bytes]),
]

/** What a reader makes of bytes; undefined when it refuses them as it should. */
function readable<Read>(read: () => Read): Read | undefined {
  try {
    return read()
  } catch (error) {
    if (isError(error, 'chain.transaction_not_readable')) return undefined
    throw error
  }
}

const assertNotSigned = ({ codec, adapter }: SendingWorld, wrong: Uint8Array, key: WorldKey) =>
  assert.throws(
    () => codec.sign(adapter.chain, wrong, [{ ...key, privateKey: key.privateKey.slice() }]),
    (error) => isError(error, 'chain.transaction_not_readable'),
  )

function assertHonest(world: SendingWorld, key: WorldKey, flipped: Uint8Array): void {
  const read = readable(() => world.codec.explain(world.adapter.chain, flipped))
  if (read === undefined) return assertNotSigned(world, flipped, key)
  if (read.besides.length > 0 || world.readByOthers === undefined) return
  const others = world.readByOthers(flipped)
  assert.ok(others !== undefined, 'the codec believes what the library refuses')
  assert.deepEqual(paidToOthers(others, key), paidToOthers(read.moves, key))
}

const paidToOthers = (moves: TxEffects['moves'] | readonly Payment[], key: WorldKey) =>
  asTexts(moves.filter((one) => one.to !== key.address))
