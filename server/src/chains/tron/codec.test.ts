import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { tronWebOf } from '../../../test/tronweb.ts'
import { isError } from '../../errors/app-error.ts'
import { chainId } from '../../money/caip.ts'
import { tronAddress } from './address.ts'
import { tronCodec } from './codec.ts'
import { writeMessage } from './protobuf.ts'
import { readRaw, writeRaw, type RawTransaction, type TronContract } from './raw-transaction.ts'
import { transferCall } from './trc20.ts'

const CHAIN = chainId('tron:0x2b6653dc')
const KEY = '00'.repeat(31) + '01'
const OWNER = 'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2HC'
const TETHER = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'
const tronWeb = tronWebOf('http://127.0.0.1:1', KEY)
const signing = { address: OWNER, privateKey: hexToBytes(KEY) }

const accounts = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => concatBytes(Uint8Array.of(0x41), bytes))
const sun = fc.bigInt({ min: 1n, max: 2n ** 53n - 1n })
const times = fc.integer({ min: 1, max: 2 ** 45 })
const owner = hexToBytes('417e5f4552091a69125d5dfcb7b8c2659029395bdf')
const tether = hexToBytes('41a614f803b6fd780986a42c78ec9c7f77e6ded13c')

const transfers: fc.Arbitrary<TronContract> = fc.record({
  kind: fc.constant('transfer' as const),
  owner: fc.constant(owner),
  to: accounts,
  sun,
})

const calls: fc.Arbitrary<TronContract> = fc
  .record({ to: accounts, units: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }) })
  .map((payment) => {
    return { kind: 'trigger', owner, contract: tether, callSun: 0n, data: transferCall(payment) }
  })

const raws = (contracts: fc.Arbitrary<TronContract>): fc.Arbitrary<RawTransaction> =>
  fc.record({
    block: fc.record({
      height: fc.uint8Array({ minLength: 2, maxLength: 2 }),
      id: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    }),
    expirationMs: times,
    timestampMs: times,
    feeLimitSun: fc.constantFrom(0n, 1n, 30_000_000n),
    contract: contracts,
  })

/** The same transaction as tronweb makes it. */
async function byTronWeb({ block, contract, ...raw }: RawTransaction) {
  const blockHeader = {
    ref_block_bytes: bytesToHex(block.height),
    ref_block_hash: bytesToHex(block.id),
    expiration: raw.expirationMs,
    timestamp: raw.timestampMs,
  }
  if (contract.kind === 'transfer') {
    const to = tronAddress(contract.to.subarray(1))
    return tronWeb.transactionBuilder.sendTrx(to, Number(contract.sun), OWNER, { blockHeader })
  }
  const options = { feeLimit: Number(raw.feeLimitSun), txLocal: true, blockHeader }
  const { transaction } = await tronWeb.transactionBuilder.triggerSmartContract(
    tronAddress(contract.contract.subarray(1)),
    '',
    { ...options, input: bytesToHex(contract.data) },
    [],
    OWNER,
  )
  return transaction
}

/** Planted faults: the fee limit left out, and zeros written. */
test('a transaction of Tron has the bytes, the hash and the signature that tronweb gives it', async () => {
  const both = fc.oneof(
    raws(transfers).map((raw) => ({ ...raw, feeLimitSun: 0n })),
    raws(calls).map((raw) => ({ ...raw, feeLimitSun: raw.feeLimitSun + 1n })),
  )
  await fc.assert(
    fc.asyncProperty(both, async (raw) => {
      const theirs = await byTronWeb(raw)
      const bytes = writeRaw(raw)
      assert.equal(bytesToHex(bytes), theirs.raw_data_hex)
      const { txHash, bytes: signed } = tronCodec.sign(CHAIN, bytes, [signing])
      assert.equal(txHash, theirs.txID)
      const { signature } = await tronWeb.trx.sign(theirs, KEY)
      assert.equal(signature.join('').toLowerCase(), bytesToHex(signed).slice(-130))
    }),
    { numRuns: 40 },
  )
})

test('what is written for Tron is read again, and its effects are those of the bytes alone', () => {
  fc.assert(
    fc.property(raws(fc.oneof(transfers, calls)), (raw) => {
      const bytes = writeRaw(raw)
      assert.deepEqual(readRaw(CHAIN, bytes), structuredClone(raw))
      const effects = tronCodec.explain(CHAIN, bytes)
      const { txHash, bytes: signed } = tronCodec.sign(CHAIN, bytes, [signing])
      assert.deepEqual(tronCodec.explainSigned(CHAIN, signed), { txHash, effects })
      assert.deepEqual(effects.besides, [])
      assert.deepEqual(effects.slots, [`tron:${txHash}:${raw.expirationMs}`])
    }),
  )
})

const raw: RawTransaction = {
  block: { height: hexToBytes('1f2e'), id: hexToBytes('0011223344556677') },
  expirationMs: 1_700_000_060_000,
  timestampMs: 1_700_000_000_123,
  feeLimitSun: 30_000_000n,
  contract: {
    kind: 'trigger',
    owner,
    contract: tether,
    callSun: 0n,
    data: transferCall({ to: hexToBytes(`41${'ab'.repeat(20)}`), units: 5n }),
  },
}

test('the fee of a token payment on Tron is bounded by its limit and the price of its bytes', () => {
  assert.equal(tronCodec.explain(CHAIN, writeRaw(raw)).feeMax, 30_345_000n)
  const contract = { kind: 'transfer', owner, to: owner, sun: 1n } as const
  const coins = writeRaw({ ...raw, feeLimitSun: 0n, contract })
  assert.equal(tronCodec.explain(CHAIN, coins).feeMax, 1_100_000n, 'the payee may be new')
})

/** Seen to fail with a coin value that is not looked at. */
test('a call of a Tron contract that is no plain payment is told', () => {
  const besides = (change: Partial<Extract<TronContract, { kind: 'trigger' }>>) => {
    const call = { ...raw.contract, kind: 'trigger', contract: tether, callSun: 0n } as const
    const data = transferCall({ to: owner, units: 5n })
    const bytes = writeRaw({ ...raw, contract: { ...call, data, ...change } })
    return tronCodec.explain(CHAIN, bytes).besides
  }
  assert.deepEqual(besides({}), [])
  assert.deepEqual(besides({ contract: owner }), [`it calls a9059cbb of ${OWNER}`])
  assert.deepEqual(besides({ callSun: 7n }), [`it sends 7 sun to ${TETHER}`])
  const data = transferCall({ to: owner, units: 5n })
  const approve = concatBytes(hexToBytes('095ea7b3'), data.subarray(4))
  assert.deepEqual(besides({ data: approve }), [`it calls 095ea7b3 of ${TETHER}`])
  assert.deepEqual(besides({ data: new Uint8Array() }), [`it calls nothing of ${TETHER}`])
  const dirty = data.map((byte, at) => (at === 10 ? 1 : byte))
  for (const odd of [dirty, concatBytes(data, Uint8Array.of(0)), data.subarray(0, 67)]) {
    assert.deepEqual(besides({ data: odd }), [`it calls a9059cbb of ${TETHER}`])
  }
})

const unreadable = (error: unknown) => isError(error, 'chain.transaction_not_readable')

/** Seen to fail without the comparison with what would be written. */
test('bytes of Tron that could be read in two ways, or hold something more, are refused', () => {
  const bytes = writeRaw(raw)
  const hex = bytesToHex(bytes)
  const more = (number: number, value: Uint8Array | bigint) =>
    concatBytes(bytes, writeMessage([[number, value]]))
  const wrong = [
    more(19, 1n),
    more(10, Uint8Array.of(1)), // a memo
    more(18, 31_000_000n), // the limit twice
    more(11, Uint8Array.of(1)), // a second contract
    hexToBytes(hex.replace('0a021f2e', '0a82001f2e')), // a length longer than it must be
    hexToBytes(hex.replace('0a1541', '0a1542')), // an owner of no network
  ]
  for (const one of wrong) {
    assert.notEqual(bytesToHex(one), hex)
    assert.throws(() => tronCodec.explain(CHAIN, one), unreadable)
    assert.throws(() => tronCodec.sign(CHAIN, one, [signing]), unreadable)
  }
})

/** Seen to fail with a signature that is only looked at for its length. */
test('a signature of another key, a malleated one, or none, is refused on Tron', () => {
  const bytes = writeRaw(raw)
  const { bytes: signed } = tronCodec.sign(CHAIN, bytes, [signing])
  const withSignature = (signature: Uint8Array) => concatBytes(signed.subarray(0, -65), signature)
  const good = signed.slice(-65)
  const order = secp256k1.Point.CURVE().n
  const high = order - BigInt(`0x${bytesToHex(good.slice(32, 64))}`)
  const flipped = Uint8Array.of((good.at(-1) ?? 0) === 27 ? 28 : 27)
  const malleated = concatBytes(
    good.slice(0, 32),
    hexToBytes(high.toString(16).padStart(64, '0')),
    flipped,
  )
  const zero = concatBytes(good.slice(0, 64), Uint8Array.of((good.at(-1) ?? 0) - 27))
  const wrong = [malleated, zero, new Uint8Array(65), concatBytes(good.slice(0, 64), flipped)]
  for (const signature of wrong) {
    assert.throws(() => tronCodec.explainSigned(CHAIN, withSignature(signature)), unreadable)
  }
  assert.throws(() => tronCodec.explainSigned(CHAIN, bytes), unreadable)
  const other = { address: OWNER, privateKey: hexToBytes('00'.repeat(31) + '02') }
  assert.throws(() => tronCodec.sign(CHAIN, bytes, [other]), RangeError)
  assert.throws(() => tronCodec.sign(CHAIN, bytes, []), RangeError)
  assert.equal(tronCodec.explain(CHAIN, bytes).moves[0]?.asset, `${CHAIN}/trc20:${TETHER}`)
})
