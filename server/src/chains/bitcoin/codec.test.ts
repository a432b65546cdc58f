import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { Transaction as ScureTransaction } from '@scure/btc-signer'
import { Psbt, Transaction } from 'bitcoinjs-lib'
import fc from 'fast-check'
import { newBitcoinKey } from '../../../test/bitcoin-sending-world.ts'
import { BTC, CHAIN } from '../../../test/bitcoin-world.ts'
import { checkSpend } from '../../../../upstreams/bitcoin/spend-check.ts'
import { outpoint } from '../../../../upstreams/bitcoin/coins.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import type { WorldKey } from '../contract-sending-world.suite.ts'
import { bitcoinCodec, finalTransaction } from './codec.ts'
import { writePsbt, type Spend, type SpentInput } from './psbt.ts'
import { scriptOf } from './script.ts'
import { vsizeOf } from './size.ts'
import { readTransaction, writeDraft, writeSigned } from './transaction.ts'

const codec = bitcoinCodec('regtest')
const SEQUENCE = 0xfffffffd

const script = (address: string): Uint8Array => scriptOf(address, 'regtest') ?? assert.fail(address)

/** An input of a key of ours, made by a transaction of a payer. */
function inputOf(key: WorldKey, value: bigint, kind: 'p2wpkh' | 'p2tr'): SpentInput {
  const spent = { script: script(key.address), units: units(value) }
  const payer = { txid: '11'.repeat(32), index: 3, sequence: 0xffffffff }
  const lockTime = Number(value % 500_000n)
  const made = writeDraft({ version: 2, inputs: [payer], outputs: [spent], lockTime })
  const { txid } = readTransaction(made)
  const proof = kind === 'p2wpkh' ? made : undefined
  return { txid, index: 0, sequence: SEQUENCE, spent, made: proof, witness: undefined }
}

const spendOf = (inputs: readonly SpentInput[], outputs: Spend['outputs']): Spend => ({
  version: 2,
  lockTime: 0,
  inputs,
  outputs,
})

const unreadable = (error: unknown): boolean => isError(error, 'chain.transaction_not_readable')

const anySpend = fc
  .record({
    coins: fc.array(
      fc.record({
        kind: fc.constantFrom('p2wpkh' as const, 'p2tr' as const),
        value: fc.bigInt({ min: 1_000n, max: 10n ** 12n }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    shares: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ coins, shares }) => {
    const keys = coins.map(({ kind }) => newBitcoinKey(kind))
    const inputs = coins.flatMap(({ value, kind }, index) => {
      const key = keys[index]
      return key === undefined ? [] : [inputOf(key, value + BigInt(index), kind)]
    })
    const sum = inputs.reduce((all, one) => all + one.spent.units, 0n)
    const outputs = shares.map((share, index) => ({
      script: script(newBitcoinKey(index % 2 === 0 ? 'p2wpkh' : 'p2tr').address),
      units: units((sum * BigInt(share)) / 500n),
    }))
    return { keys, kinds: coins.map(({ kind }) => kind), spend: spendOf(inputs, outputs) }
  })

/**
 * Planted faults, each seen to fail here: a P2WPKH signature over an amount less by one, a Taproot
 * key that is not tweaked, and an input counted one byte too small.
 */
test('what is signed is what bitcoinjs-lib and libsecp256k1 hold to be signed, in the size foreseen', () => {
  fc.assert(
    fc.property(anySpend, ({ keys, kinds, spend }) => {
      const signed = codec.sign(CHAIN, writePsbt(spend), keys)
      const { raw, txid } = finalTransaction(CHAIN, signed.bytes)
      const read = Transaction.fromBuffer(raw)
      assert.equal(read.getId(), signed.txHash)
      assert.equal(txid, signed.txHash)
      const coins = new Map(
        spend.inputs.map(({ txid: made, index, spent }) => [
          outpoint(made, index),
          {
            txid: made,
            index,
            script: spent.script,
            value: spent.units,
            height: 1,
            coinbase: false,
          },
        ]),
      )
      const check = checkSpend(read, (name) => coins.get(name), 200)
      assert.equal(check.kind, 'pays', 'message' in check ? check.message : '')
      const foreseen = vsizeOf(kinds, spend.outputs)
      assert.ok(read.virtualSize() <= foreseen && read.virtualSize() >= foreseen - kinds.length)
      const { effects } = codec.explainSigned(CHAIN, signed.bytes)
      assert.deepEqual(effects, codec.explain(CHAIN, writePsbt(spend)))
      assert.equal('fee' in check && check.fee, effects.feeMax)
    }),
    { numRuns: 30 },
  )
})

test('what is written reads alike in two libraries, unsigned and signed', () => {
  fc.assert(
    fc.property(anySpend, ({ keys, spend }) => {
      const unsigned = writePsbt(spend)
      const signed = codec.sign(CHAIN, unsigned, keys)
      const outputs = spend.outputs.map((one) => [bytesToHex(one.script), BigInt(one.units)])
      for (const bytes of [unsigned, signed.bytes]) {
        const js = Psbt.fromBuffer(bytes)
        assert.deepEqual(
          js.txOutputs.map((one) => [bytesToHex(one.script), one.value]),
          outputs,
        )
        const scure = ScureTransaction.fromPSBT(bytes, { unknown: 'strict' })
        assert.equal(scure.inputsLength, spend.inputs.length)
      }
      const extracted = Psbt.fromBuffer(signed.bytes).extractTransaction(true)
      assert.equal(extracted.getId(), signed.txHash)
    }),
    { numRuns: 30 },
  )
})

const key = newBitcoinKey('p2wpkh')
const other = newBitcoinKey('p2tr')
const pays = (to: string, value: bigint) => ({ script: script(to), units: units(value) })
const plain = spendOf([inputOf(key, 100_000n, 'p2wpkh')], [pays(other.address, 90_000n)])

test('a plain payment does what it says and nothing besides', () => {
  const { effects, slot } = {
    effects: codec.explain(CHAIN, writePsbt(plain)),
    slot: plain.inputs[0],
  }
  assert.deepEqual(effects, {
    moves: [{ from: undefined, to: other.address, asset: BTC, units: 90_000n }],
    spenders: [key.address],
    feePayer: undefined,
    feeMax: 10_000n,
    slots: [`input:${slot?.txid}:0`],
    besides: [],
  })
})

/** Planted fault: `besides` left empty. */
test('whatever a plain payment has not is said, and never signed', () => {
  const [input] = plain.inputs
  assert.ok(input !== undefined)
  const data = { script: Uint8Array.from([0x6a, 1, 7]), units: units(0n) }
  const later = { script: hexToBytes(`6020${'ab'.repeat(32)}`), units: units(500n) }
  const nobody = { script: hexToBytes(`5120${'ff'.repeat(32)}`), units: units(500n) }
  const odd: readonly Spend[] = [
    { ...plain, version: 1 },
    { ...plain, lockTime: 800_000 },
    { ...plain, inputs: [{ ...input, sequence: 10 }] },
    ...[data, later, nobody].map((one) => ({ ...plain, outputs: [...plain.outputs, one] })),
  ]
  for (const spend of odd) {
    const bytes = writePsbt(spend)
    assert.equal(codec.explain(CHAIN, bytes).besides.length, 1)
    assert.throws(() => codec.sign(CHAIN, bytes, [key]), unreadable)
  }
})

/**
 * The amounts of P2WPKH are believed for no other reason than the transaction that made them.
 * Planted faults: its txid not compared, and its witnesses let through.
 */
test('amounts that are not proved, and fields that we do not write, are refused', () => {
  const [input] = plain.inputs
  assert.ok(input?.made !== undefined)
  const dearer = inputOf(key, 900_000n, 'p2wpkh')
  const payer = { txid: '11'.repeat(32), index: 3, sequence: 0xffffffff }
  const witnessed = { version: 2, inputs: [payer], outputs: [input.spent], lockTime: 100_000 }
  const refused: readonly Spend[] = [
    { ...plain, inputs: [{ ...input, made: dearer.made }] },
    // The same transaction, with a witness that no hash of it covers.
    { ...plain, inputs: [{ ...input, made: writeSigned(witnessed, [[Uint8Array.of(7)]]) }] },
    { ...plain, inputs: [{ ...input, made: undefined }] },
    { ...plain, inputs: [{ ...input, index: 1 }] },
    { ...plain, inputs: [{ ...inputOf(other, 100_000n, 'p2tr'), made: input.made }] },
    { ...plain, inputs: [input, input] },
    { ...plain, outputs: [pays(other.address, 100_001n)] },
    { ...plain, inputs: [] },
    { ...plain, outputs: [] },
  ]
  for (const spend of refused) {
    assert.throws(() => codec.explain(CHAIN, writePsbt(spend)), unreadable)
    assert.throws(() => codec.sign(CHAIN, writePsbt(spend), [key, other]), unreadable)
  }
  const bytes = writePsbt(plain)
  // A sighash type of NONE behind the input's own field: it would let anybody change the outputs.
  const none = concatBytes(bytes.subarray(0, -2), hexToBytes('01030402000000'), hexToBytes('0000'))
  assert.doesNotThrow(() => Psbt.fromBuffer(none))
  assert.throws(() => codec.explain(CHAIN, none), unreadable)
})

test('signed bytes are not signed again, unsigned ones not broadcast, and no key signs for another', () => {
  const unsigned = writePsbt(plain)
  const signed = codec.sign(CHAIN, unsigned, [other, key])
  assert.throws(() => codec.explain(CHAIN, signed.bytes), unreadable)
  assert.throws(() => codec.explainSigned(CHAIN, unsigned), unreadable)
  assert.throws(() => finalTransaction(CHAIN, unsigned), unreadable)
  assert.throws(() => codec.sign(CHAIN, unsigned, [other]), unreadable)
  assert.deepEqual(codec.sign(CHAIN, unsigned, [key]), signed)
})

/** Planted fault: the higher value of s let through. A signature of the other half of the curve's order is as valid, and makes other bytes. */
test('a signature made anew by its malleable twin is refused', () => {
  const signed = codec.sign(CHAIN, writePsbt(plain), [key])
  const { spend } = finalTransaction(CHAIN, signed.bytes)
  const [input] = spend.inputs
  const [signature, publicKey] = input?.witness ?? []
  assert.ok(input !== undefined && signature !== undefined && publicKey !== undefined)
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const rLength = signature[3] ?? 0
  const r = signature.subarray(4, 4 + rLength)
  const s = BigInt(`0x${bytesToHex(signature.subarray(6 + rLength, -1))}`)
  const high = hexToBytes(`00${(order - s).toString(16).padStart(64, '0')}`)
  const inside = concatBytes(Uint8Array.of(2, r.length), r, Uint8Array.of(2, high.length), high)
  const twin = concatBytes(Uint8Array.of(0x30, inside.length), inside, Uint8Array.of(1))
  const forged = { ...spend, inputs: [{ ...input, witness: [twin, publicKey] }] }
  assert.throws(() => codec.explainSigned(CHAIN, writePsbt(forged)), unreadable)
})
