import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { HDKey } from '@scure/bip32'
import { mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { publicKeyToAddress } from 'viem/accounts'
import { bytesToHex } from 'viem/utils'
import { accountKey, fingerprintOf, pathFamilies, rootOf, seedOf } from './derivation.ts'

const ABANDON = `${'abandon '.repeat(11)}about`
const JUNK = `${'test '.repeat(11)}junk`

const entropyOf = (words: string): Uint8Array => mnemonicToEntropy(words, wordlist)
const rootOfWords = (words: string): HDKey => rootOf(seedOf(entropyOf(words)))

/** Planted fault: 2,047 rounds in `seedOf`. */
test('seeds are those of the BIP-39 test vectors', () => {
  const vectors = [
    [
      '00000000000000000000000000000000',
      'c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04',
    ],
    [
      '7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f',
      '2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607',
    ],
    [
      '0000000000000000000000000000000000000000000000000000000000000000',
      'bda85446c68413707090a52022edd26a1c9462295029f2e60cd7c4f2bbd3097170af7a4d73245cafa9c3cca8d561a7c3de6f5d4a10be8ed2a5e608d68f92fcc8',
    ],
  ] as const
  for (const [entropy, seed] of vectors) {
    assert.equal(seedOf(Buffer.from(entropy, 'hex'), 'TREZOR').toString('hex'), seed)
  }
})

test('root keys are those of the BIP-32 test vectors', () => {
  const root = rootOf(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'))
  assert.equal(
    root.publicExtendedKey,
    'xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8',
  )
  assert.equal(fingerprintOf(root), '3442193e')
  assert.equal(
    root.derive("m/0'").publicExtendedKey,
    'xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw',
  )
})

/** Planted fault: purpose 44 for Bitcoin. */
test('the Bitcoin account holds the first address of the BIP-84 test vector', () => {
  const { path, xpub } = accountKey(rootOfWords(ABANDON), 'bip122', 0)
  assert.equal(path, "m/84'/0'/0'")
  const first = HDKey.fromExtendedKey(xpub).derive('m/0/0').publicKey
  assert.equal(
    Buffer.from(first ?? []).toString('hex'),
    '0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c',
  )
})

test('the Ethereum account holds the first addresses that every wallet shows for these words', () => {
  const account = HDKey.fromExtendedKey(accountKey(rootOfWords(JUNK), 'eip155', 0).xpub)
  const addressAt = (index: number): string => {
    const key = account.derive(`m/0/${index}`).publicKey ?? new Uint8Array(0)
    return publicKeyToAddress(bytesToHex(secp256k1.Point.fromBytes(key).toBytes(false)))
  }
  assert.equal(addressAt(0), '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266')
  assert.equal(addressAt(1), '0x70997970C51812dc3A010C7d01b50e0d17dc79C8')
})

/** Planted fault: the xprv of the account in place of its xpub. */
test('an account key can derive and verify, and cannot sign', () => {
  const root = rootOfWords(ABANDON)
  for (const family of pathFamilies) {
    const { path, xpub } = accountKey(root, family, 2 ** 31 - 1)
    const key = HDKey.fromExtendedKey(xpub)
    assert.equal(key.privateKey, null)
    assert.equal(key.depth, 3)
    assert.equal(key.publicExtendedKey, root.derive(path).publicExtendedKey)
  }
})

test('every family and every account has a key of its own', () => {
  const root = rootOfWords(ABANDON)
  const all = pathFamilies.flatMap((family) =>
    [0, 1, 2].map((account) => accountKey(root, family, account).xpub),
  )
  assert.equal(new Set(all).size, all.length)
})
