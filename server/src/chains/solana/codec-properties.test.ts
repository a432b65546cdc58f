import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getAddressDecoder } from '@solana/kit'
import fc from 'fast-check'
import { bytesOf, OWNER, PAYER, PLAIN, refuses } from '../../../test/solana-drafts.ts'
import { movesByKit } from '../../../test/solana-read.ts'
import { CHAIN } from '../../../test/solana-world.ts'
import { isError } from '../../errors/app-error.ts'
import type { TxEffects } from '../contract-sending.ts'
import { solanaCodec } from './codec.ts'
import { readLasting, writeLasting } from './lifetime.ts'
import { instructionOf, stepOf, type Step } from './steps.ts'

const explain = (unsigned: Uint8Array): TxEffects => solanaCodec.explain(CHAIN, unsigned)

/**
 * The check of the envelope is made right again, so that the message itself has to show the change.
 * Seen to fail with tokens said to come from their account, and not from its owner.
 */
test('a flipped bit of a message is refused, or what others read from it is what we read', () => {
  const { body, lastValidBlockHeight } = readLasting(bytesOf(PLAIN))
  const before = explain(bytesOf(PLAIN))
  const flips = fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }))
  let believed = 0
  fc.assert(
    fc.property(flips, ([place, change]) => {
      const flipped = body.map((byte, at) => (at === place ? byte ^ change : byte))
      const unsigned = writeLasting({ lastValidBlockHeight, body: flipped })
      const read = readOrNothing(() => explain(unsigned))
      if (read === undefined) return
      assert.notDeepEqual(read, before)
      if (read.besides.length > 0) return
      believed += 1
      assert.deepEqual(movesByKit(CHAIN, unsigned), read.moves)
    }),
    { numRuns: 600 },
  )
  assert.ok(believed > 10, 'amounts and recipients can be flipped to others')
})

test('a flipped bit of a signed transaction is refused', () => {
  const { bytes } = solanaCodec.sign(CHAIN, bytesOf(PLAIN), [PAYER, OWNER])
  const { body, lastValidBlockHeight } = readLasting(bytes)
  for (let place = 0; place < body.length; place += 4) {
    const flipped = body.map((byte, at) => (at === place ? byte ^ 1 : byte))
    const signed = writeLasting({ lastValidBlockHeight, body: flipped })
    refuses(() => solanaCodec.explainSigned(CHAIN, signed))
  }
})

/** Seen to fail with lamports of 32 bits. */
test('every step is read back from its instruction', () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const anyAddress = bytes32.map((bytes) => getAddressDecoder().decode(bytes))
  const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('unit_limit' as const), units: fc.nat(2 ** 31 - 1) }),
    fc.record({ kind: fc.constant('unit_price' as const), price: u64 }),
    fc.record({
      kind: fc.constant('coins' as const),
      from: anyAddress,
      to: anyAddress,
      lamports: u64,
    }),
    fc.record({
      kind: fc.constant('open_account' as const),
      payer: anyAddress,
      owner: anyAddress,
      mint: anyAddress,
    }),
    fc.record({
      kind: fc.constant('tokens' as const),
      authority: anyAddress,
      mint: anyAddress,
      source: anyAddress,
      destination: anyAddress,
      units: u64,
      decimals: fc.nat(255),
    }),
  )
  fc.assert(
    fc.property(anyStep, (step) => assert.deepEqual(stepOf(instructionOf(step)), { ...step })),
  )
})

function readOrNothing<Read>(read: () => Read): Read | undefined {
  try {
    return read()
  } catch (error) {
    if (isError(error, 'chain.transaction_not_readable')) return undefined
    throw error
  }
}
