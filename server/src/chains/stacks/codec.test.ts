import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import {
  deserializeTransaction,
  makeSTXTokenTransfer,
  makeUnsignedSTXTokenTransfer,
  publicKeyToHex,
  privateKeyToPublic,
} from '@stacks/transactions'
import fc from 'fast-check'
import { isError } from '../../errors/app-error.ts'
import { networkByChain } from '../../money/registry.ts'
import { chainId } from '../../money/caip.ts'
import { stacksAddressOf, stacksAddressOfHash } from './address.ts'
import { stacksCodec } from './codec.ts'
import { NO_SIGNATURE, TRANSFER_BYTES } from './wire.ts'

// What this codec says of a transfer against what the library of wallets says.

const chain = chainId('stacks:1')
const asset = networkByChain(chain)?.native

const anySecret = fc
  .uint8Array({ minLength: 31, maxLength: 31 })
  .map((bytes) => Uint8Array.of(0x17, ...bytes))
const anyNumber = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const anyTransfer = fc.record({
  secret: anySecret,
  hash: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  network: fc.constantFrom('mainnet' as const, 'testnet' as const),
  amount: fc.bigInt({ min: 1n, max: 2n ** 63n }),
  nonce: anyNumber,
  fee: anyNumber,
})
type Drawn = typeof anyTransfer extends fc.Arbitrary<infer Value> ? Value : never

const secretText = ({ secret }: Drawn): string => `${bytesToHex(secret)}01`
const publicKeyOf = (drawn: Drawn): string => publicKeyToHex(privateKeyToPublic(secretText(drawn)))
const senderOf = (drawn: Drawn): string =>
  stacksAddressOf(hexToBytes(publicKeyOf(drawn)), drawn.network)
const recipientOf = ({ hash, network }: Drawn): string => stacksAddressOfHash(hash, network)

const theirs = (drawn: Drawn, memo = '') => ({
  recipient: recipientOf(drawn),
  amount: drawn.amount,
  fee: drawn.fee,
  nonce: drawn.nonce,
  network: drawn.network,
  memo,
})

const unsignedOf = async (drawn: Drawn, memo = ''): Promise<Uint8Array> => {
  const publicKey = publicKeyOf(drawn)
  const tx = await makeUnsignedSTXTokenTransfer({ ...theirs(drawn, memo), publicKey })
  return hexToBytes(tx.serialize())
}

/** Seen to fail with fee and nonce exchanged in what is signed. */
test('what the wallets library builds and signs is read, and signed to the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(anyTransfer, async (drawn) => {
      const unsigned = await unsignedOf(drawn)
      const effects = stacksCodec.explain(chain, unsigned)
      const from = senderOf(drawn)
      assert.deepEqual(effects, {
        moves: [{ from, to: recipientOf(drawn), asset, units: drawn.amount }],
        spenders: [from],
        feePayer: from,
        feeMax: drawn.fee,
        slots: [`nonce:${from}:${drawn.nonce}`],
        besides: [],
      })
      const key = { address: from, privateKey: drawn.secret }
      const signed = stacksCodec.sign(chain, unsigned, [key])
      const other = await makeSTXTokenTransfer({ ...theirs(drawn), senderKey: secretText(drawn) })
      assert.equal(bytesToHex(signed.bytes), other.serialize())
      assert.equal(signed.txHash, `0x${other.txid()}`)
      const explained = stacksCodec.explainSigned(chain, signed.bytes)
      assert.deepEqual(explained, { txHash: signed.txHash, effects })
    }),
    { numRuns: 30 },
  )
})

const fixed: Drawn = {
  secret: Uint8Array.of(...new Uint8Array(31), 7),
  hash: new Uint8Array(20).fill(5),
  network: 'mainnet',
  amount: 1_000_000n,
  nonce: 3n,
  fee: 250n,
}

const isNotReadable = (error: unknown): boolean => isError(error, 'chain.transaction_not_readable')

/** Seen to fail with one unread field: the anchor mode, the key's encoding, the conditions' mode. */
test('a changed byte is refused, or the library reads from it what we read', async () => {
  const unsigned = await unsignedOf(fixed)
  assert.equal(unsigned.length, TRANSFER_BYTES)
  const plain = JSON.stringify(stacksCodec.explain(chain, unsigned).moves, asText)
  for (let place = 0; place < unsigned.length; place += 1) {
    for (const change of [1, 0x80, 0xff]) {
      const changed = unsigned.map((byte, at) => (at === place ? byte ^ change : byte))
      let effects
      try {
        effects = stacksCodec.explain(chain, changed)
      } catch (error) {
        assert.ok(isNotReadable(error))
        continue
      }
      if (effects.besides.length > 0) continue
      assert.equal(deserializeTransaction(changed).serialize(), bytesToHex(changed))
      const same = JSON.stringify(effects.moves, asText) === plain
      const isFeeOrNonce = place >= 27 && place < 43
      assert.ok(!same || isFeeOrNonce, `byte ${place}`)
    }
  }
})

const asText = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}` : value

test('a memo is told as something that it does besides', async () => {
  const effects = stacksCodec.explain(chain, await unsignedOf(fixed, 'hello'))
  assert.deepEqual(effects.besides, ['it carries a memo'])
})

/** Seen to fail with the high half of s accepted: the same payment under another hash. */
test('a signature of another key, another form or nothing is not accepted', async () => {
  const unsigned = await unsignedOf(fixed)
  const key = { address: senderOf(fixed), privateKey: fixed.secret }
  const { bytes } = stacksCodec.sign(chain, unsigned, [key])
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const high = order - BigInt(`0x${bytesToHex(bytes.subarray(77, 109))}`)
  const malleated = Uint8Array.from(bytes)
  malleated.set(hexToBytes(high.toString(16).padStart(64, '0')), 77)
  malleated[44] = (bytes[44] ?? 0) ^ 1
  const cut = Uint8Array.from(bytes)
  cut.set(NO_SIGNATURE, 44)
  for (const wrong of [malleated, cut, unsigned, bytes.subarray(1)]) {
    assert.throws(() => stacksCodec.explainSigned(chain, wrong), isNotReadable)
  }
  assert.throws(() => stacksCodec.explain(chain, bytes), isNotReadable)
  const stranger = { address: senderOf(fixed), privateKey: Uint8Array.of(...new Uint8Array(31), 9) }
  assert.throws(() => stacksCodec.sign(chain, unsigned, [stranger]), isNotReadable)
  assert.throws(() => stacksCodec.sign(chain, unsigned, []), isNotReadable)
})

/** Seen to fail with the recipient's version taken as it comes. */
test('a recipient on another network, or of no network, is refused', async () => {
  const unsigned = await unsignedOf(fixed)
  const place = 117
  assert.equal(unsigned[place], 22)
  for (const version of [26, 21, 0, 255]) {
    const changed = unsigned.map((byte, at) => (at === place ? version : byte))
    assert.throws(() => stacksCodec.explain(chain, changed), isNotReadable)
  }
  const several = unsigned.map((byte, at) => (at === place ? 20 : byte))
  assert.match(stacksCodec.explain(chain, several).moves[0]?.to ?? '', /^SM/)
})
