import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import {
  encodeAddress,
  keyExtractPath,
  keyFromPath,
  mnemonicToMiniSecret,
  sr25519PairFromSeed,
} from '@polkadot/util-crypto'
import { bytesToHex } from '@noble/hashes/utils.js'
import { entropyToMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { getAddressFromPrivateKey } from '@stacks/transactions'
import * as bitcoin from 'bitcoinjs-lib'
import fc from 'fast-check'
import { TronWeb } from 'tronweb'
import { mnemonicToAccount } from 'viem/accounts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { deriveKey, usualPath, type DerivedKey } from './derived-key.ts'
import { masterOf } from './master.ts'

// Addresses compared with those that each chain's usual library makes, by code paths of its own.

const entropy = fc
  .constantFrom(16, 20, 24, 28, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
const number = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const wordsOf = (bytes: Uint8Array): string => entropyToMnemonic(bytes, wordlist)
const keyAt = (bytes: Uint8Array, family: NetworkFamily, path: string): DerivedKey =>
  deriveKey(masterOf(bytes), { family, path })

test('viem and tronweb find the same accounts in the same words', () => {
  fc.assert(
    fc.property(entropy, number, number, (bytes, account, index) => {
      const words = wordsOf(bytes)
      const [evm, tron] = (['eip155', 'tron'] as const).map(
        (family) => keyAt(bytes, family, usualPath(family, account, index)).address,
      )
      const options = { accountIndex: account, addressIndex: index }
      assert.equal(evm, mnemonicToAccount(words, options).address)
      assert.equal(tron, TronWeb.fromMnemonic(words, usualPath('tron', account, index)).address)
    }),
    { numRuns: 5 },
  )
})

/** Planted fault: entropy of more than 16 bytes cut off for sr25519. */
test('Polkadot’s own library finds the same accounts along any junctions', () => {
  const name = fc.oneof(
    fc.stringMatching(/^[a-z][a-zA-Z é€]{0,70}$/),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  )
  const path = fc
    .array(fc.tuple(fc.constantFrom('/', '//'), name), { maxLength: 4 })
    .map((junctions) => junctions.map((junction) => junction.join('')).join(''))
  fc.assert(
    fc.property(entropy, path, (bytes, junctions) => {
      const root = sr25519PairFromSeed(mnemonicToMiniSecret(wordsOf(bytes)))
      const pair = keyFromPath(root, keyExtractPath(junctions).path, 'sr25519')
      assert.equal(
        keyAt(bytes, 'polkadot', junctions).address,
        encodeAddress(pair.publicKey, 0),
        junctions,
      )
    }),
    { numRuns: 20 },
  )
})

test('keys of ed25519 chains are those that OpenSSL makes of the same secret', () => {
  fc.assert(
    fc.property(entropy, number, number, (bytes, account, index) => {
      const path = usualPath('solana', account, index)
      const { privateKey, publicKey } = keyAt(bytes, 'solana', path)
      const pkcs8 = `302e020100300506032b657004220420${bytesToHex(privateKey)}`
      const der = Buffer.from(pkcs8, 'hex')
      const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
      const spki = key.export({ format: 'der', type: 'spki' })
      assert.equal(spki.subarray(-32).toString('hex'), bytesToHex(publicKey))
    }),
    { numRuns: 10 },
  )
})

test('bitcoinjs-lib and Stacks’ own library give the same keys the same addresses', () => {
  fc.assert(
    fc.property(entropy, number, number, (bytes, account, index) => {
      const p2wpkh = keyAt(bytes, 'bip122', usualPath('bip122', account, index))
      const pubkey = p2wpkh.publicKey
      assert.equal(p2wpkh.address, bitcoin.payments.p2wpkh({ pubkey }).address)
      const stacks = keyAt(bytes, 'stacks', usualPath('stacks', account, index))
      const compressed = `${bytesToHex(stacks.privateKey)}01`
      assert.equal(stacks.address, getAddressFromPrivateKey(compressed, 'mainnet'))
    }),
    { numRuns: 5 },
  )
})
