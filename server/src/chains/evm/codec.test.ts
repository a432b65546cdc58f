import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { getAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { newEvmKey } from '../../../test/evm-sending-world.ts'
import { AppError, isError } from '../../errors/app-error.ts'
import { chainId } from '../../money/caip.ts'
import { evmCodec } from './codec.ts'
import { bytesOfNumber, decodeRlp, encodeRlp, numberOfBytes, type RlpItem } from './rlp.ts'
import { decodeSigned, encodeSigned, txHashOf } from './signatures.ts'
import {
  bytesOf,
  bytesOfAddress,
  decodeUnsigned,
  encodeUnsigned,
  listOf,
  type EvmTx,
  type GasPrice,
} from './transaction.ts'

const CHAIN = chainId('eip155:137')
const ID = 137n
const key = newEvmKey()
const others = [newEvmKey(), newEvmKey()]
const FROM = key.address.toLowerCase()
const keyOf = (address: string): Uint8Array | undefined =>
  [key, ...others].find((one) => one.address.toLowerCase() === address)?.privateKey

const u64 = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n })
const wei = fc.bigInt({ min: 0n, max: 2n ** 128n })
const anyAddress = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${bytesToHex(bytes)}`)
const anyDynamic = fc.tuple(wei, wei).map(([tip, rest]): GasPrice => ({
  kind: 'dynamic',
  maxFeePerGas: tip + rest,
  maxPriorityFeePerGas: tip,
}))
const anyLegacy = wei.map((gasPrice): GasPrice => ({ kind: 'legacy', gasPrice }))
const anyAuthorizations = fc.array(
  fc.record(
    {
      authority: fc.constantFrom(...others).map((one) => one.address.toLowerCase()),
      delegate: anyAddress,
      nonce: u64,
    },
    { noNullPrototype: true },
  ),
  { maxLength: 3 },
)
const anyTx: fc.Arbitrary<EvmTx> = fc
  .record({
    from: fc.constant(FROM),
    chainId: fc.constant(ID),
    nonce: u64,
    price: fc.oneof(anyDynamic, anyLegacy),
    gas: u64,
    to: fc.option(anyAddress, { nil: undefined }),
    value: wei,
    data: fc.uint8Array({ maxLength: 100 }),
    authorizations: anyAuthorizations,
  })
  .map((tx) => {
    const authorizes = tx.price.kind === 'dynamic' && tx.to !== undefined
    return authorizes ? tx : { ...tx, authorizations: [] }
  })

/** Bytes as comparable values. */
const plain = ({ data, ...tx }: EvmTx): unknown => ({ ...tx, data: bytesToHex(data) })

test('a transaction is the same after writing and reading it, unsigned and signed', () => {
  fc.assert(
    fc.property(anyTx, (tx) => {
      assert.deepEqual(plain(decodeUnsigned(encodeUnsigned(tx))), plain(tx))
      assert.deepEqual(plain(decodeSigned(encodeSigned(tx, keyOf))), plain(tx))
    }),
    { numRuns: 50 },
  )
})

/** Seen to fail with a tip and a limit in each other's place. */
test('another library signs to the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(anyTx, async (tx) => {
      const signed = `0x${bytesToHex(encodeSigned(tx, keyOf))}`
      assert.equal(signed, await signedByViem(tx))
    }),
    { numRuns: 30 },
  )
})

async function signedByViem({ price, from: _, authorizations, ...tx }: EvmTx): Promise<string> {
  const account = privateKeyToAccount(`0x${bytesToHex(key.privateKey)}`)
  const call = {
    chainId: Number(tx.chainId),
    nonce: Number(tx.nonce),
    gas: tx.gas,
    to: tx.to === undefined ? null : getAddress(tx.to),
    value: tx.value,
    data: `0x${bytesToHex(tx.data)}` as const,
  }
  if (price.kind === 'legacy') {
    return account.signTransaction({ type: 'legacy', ...call, gasPrice: price.gasPrice })
  }
  const { maxFeePerGas, maxPriorityFeePerGas } = price
  const dynamic = { ...call, maxFeePerGas, maxPriorityFeePerGas }
  if (authorizations.length === 0) return account.signTransaction({ type: 'eip1559', ...dynamic })
  const authorizationList = await Promise.all(
    authorizations.map(({ authority, delegate, nonce }) => {
      const secret = keyOf(authority) ?? new Uint8Array()
      return privateKeyToAccount(`0x${bytesToHex(secret)}`).signAuthorization({
        address: getAddress(delegate),
        chainId: Number(tx.chainId),
        nonce: Number(nonce),
      })
    }),
  )
  return account.signTransaction({ type: 'eip7702', ...dynamic, authorizationList })
}

const PAYMENT: EvmTx = {
  from: FROM,
  chainId: ID,
  nonce: 7n,
  price: { kind: 'dynamic', maxFeePerGas: 30n, maxPriorityFeePerGas: 2n },
  gas: 21_000n,
  to: `0x${'11'.repeat(20)}`,
  value: 5n,
  data: new Uint8Array(),
  authorizations: [],
}

const refused = (problem: RegExp) => (error: unknown) => {
  assert.ok(isError(error, 'chain.transaction_not_readable'))
  assert.match(error.context.problem, problem)
  return true
}

const explain = (tx: EvmTx) => evmCodec.explain(CHAIN, encodeUnsigned(tx))

test('a transaction for another chain is refused, and so is a chain that is not ours', () => {
  assert.deepEqual(explain(PAYMENT).besides, [])
  const foreign = encodeUnsigned({ ...PAYMENT, chainId: 1n })
  assert.throws(() => evmCodec.explain(CHAIN, foreign), refused(/id 1/))
  assert.throws(() => evmCodec.sign(CHAIN, foreign, [key]), refused(/id 1/))
  const signed = encodeSigned({ ...PAYMENT, chainId: 1n }, keyOf)
  assert.throws(() => evmCodec.explainSigned(CHAIN, signed), refused(/id 1/))
  const tron = chainId('tron:0x2b6653dc')
  assert.throws(() => evmCodec.explain(tron, encodeUnsigned(PAYMENT)), refused(/no EVM chain/))
})

/** Zero in an authorization means every chain there is: whoever has it could use it anywhere. */
test('an authorization for every chain, or for another one, is refused', () => {
  const [other] = others
  assert.ok(other !== undefined)
  const tx = {
    ...PAYMENT,
    authorizations: [
      { authority: other.address.toLowerCase(), delegate: `0x${'22'.repeat(20)}`, nonce: 3n },
    ],
  }
  const unsigned = encodeUnsigned(tx)
  const fields = listOf(decodeRlp(unsigned.subarray(21)))
  const [[, ...rest] = []] = listOf(fields.at(-1)).map(listOf)
  for (const chain of [0n, 1n, ID + 1n]) {
    const list = [[bytesOfNumber(chain), ...rest]]
    const wrong = concatBytes(unsigned.subarray(0, 21), encodeRlp([...fields.slice(0, -1), list]))
    assert.throws(() => evmCodec.explain(CHAIN, wrong), refused(/not for this chain/))
  }
})

/** Seen to fail where the higher of the two scalars was taken too: one payment had two names. */
test('a signature has one form', () => {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const fields = listOf(decodeRlp(encodeSigned(PAYMENT, keyOf).subarray(1)))
  const [v, r, s] = fields.slice(-3).map((field) => numberOfBytes(bytesOf(field)))
  assert.ok(v !== undefined && r !== undefined && s !== undefined)
  const twin = [...fields.slice(0, -3), ...[1n - v, r, order - s].map(bytesOfNumber)]
  const bytes = concatBytes(Uint8Array.of(2), encodeRlp(twin))
  assert.throws(() => evmCodec.explainSigned(CHAIN, bytes), refused(/plainly/))
})

test('lists of accesses, blobs and transactions of unknown types are not read', () => {
  const unsigned = encodeUnsigned(PAYMENT)
  for (const type of [0, 1, 3, 5, 0x7f]) {
    const bytes = unsigned.slice()
    bytes[20] = type
    assert.throws(() => evmCodec.explain(CHAIN, bytes), refused(/type/))
  }
  const fields = listOf(decodeRlp(unsigned.subarray(21)))
  const access: RlpItem = [[bytesOfAddress(FROM), []]]
  const listed = concatBytes(unsigned.subarray(0, 21), encodeRlp([...fields.slice(0, -1), access]))
  assert.throws(() => evmCodec.explain(CHAIN, listed), refused(/accesses/))
})

test('nothing is signed with a key that is missing or another one’s', () => {
  const bytes = encodeUnsigned(PAYMENT)
  const [other] = others
  assert.ok(other !== undefined)
  const wrong = { ...other, address: key.address }
  for (const keys of [[], [other], [wrong]]) {
    assert.throws(() => evmCodec.sign(CHAIN, bytes, keys), AppError)
  }
  const { txHash, bytes: signed } = evmCodec.sign(CHAIN, bytes, [other, key])
  assert.equal(txHash, txHashOf(signed))
})
